import { type Rng, rngFor } from "../../../core/rng.ts";
import { drawLength, type LengthDistribution } from "./lengths.ts";
import type { Prompt, PromptSource } from "./prompt.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Random words of a drawn length. */
export function syntheticPrompts(options: {
  seed: number;
  promptTokens: LengthDistribution;
  outputTokens: LengthDistribution;
  vocabulary: Vocabulary;
}): PromptSource {
  const { seed, promptTokens, outputTokens, vocabulary } = options;
  return {
    describe: { kind: "synthetic", promptTokens, outputTokens },
    at(index): Prompt {
      const rng = rngFor(seed, "prompt", index);
      const wanted = drawLength(promptTokens, rng);
      const maxTokens = drawLength(outputTokens, rng);
      return { text: textOfTokens(wanted, rng, vocabulary), promptTokens: wanted, maxTokens };
    },
  };
}

/** A text of about `tokens` tokens: exactly so where each word is one token. */
export function textOfTokens(tokens: number, rng: Rng, { words, tokensPerWord }: Vocabulary): string {
  const length = Math.max(1, Math.round(tokens / tokensPerWord));
  const chosen = new Array<string>(length);
  for (let i = 0; i < length; i++) chosen[i] = words[rng.below(words.length)]!;
  return chosen.join(" ");
}

/**
 * Random words with the lengths of another source's prompts: for a warm-up that never sends a prompt of the run. They are
 * drawn from a stream of their own, so that the run's seed will do.
 */
export function otherWords(source: PromptSource, seed: number, vocabulary: Vocabulary): PromptSource {
  return {
    describe: { kind: "other words", lengthsOf: source.describe },
    at(index): Prompt {
      const { promptTokens, maxTokens } = source.at(index);
      const text = textOfTokens(promptTokens, rngFor(seed, "warmup", index), vocabulary);
      return { text, promptTokens, maxTokens };
    },
  };
}
