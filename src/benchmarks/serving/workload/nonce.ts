import { rngFor } from "../../../core/rng.ts";
import type { PromptSource } from "./prompt.ts";
import { textOfTokens } from "./synthetic.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Four of some 900 words. Each head is drawn by a generator of 32 bits of seed (see rngFor), so that two requests as good as
 * never share one; where two runs do, the prompts after it differ.
 */
const NONCE_WORDS = 4;

/** The words for one request, or one session, of a run. */
export function nonceOf(
  salt: number,
  index: number,
  vocabulary: Vocabulary,
): { text: string; tokens: number } {
  const tokens = Math.round(NONCE_WORDS * vocabulary.tokensPerWord);
  return { text: textOfTokens(tokens, rngFor(salt, "nonce", index), vocabulary), tokens };
}

/**
 * Puts random words at the head of each prompt, different for each request and each run, so that a server's prefix cache
 * does not know it. A synthetic text keeps its length: the words take the place of its first ones.
 * @param salt new for each run; recorded in the metadata
 */
export function withNonce(source: PromptSource, salt: number, vocabulary: Vocabulary): PromptSource {
  const keepsLength = source.describe.kind === "synthetic";
  return {
    describe: source.describe,
    at(index) {
      const prompt = source.at(index);
      if (!keepsLength) {
        const { text, tokens } = nonceOf(salt, index, vocabulary);
        return { ...prompt, text: `${text} ${prompt.text}`, promptTokens: prompt.promptTokens + tokens };
      }
      const rng = rngFor(salt, "nonce", index);
      const rest = prompt.text.split(" ");
      const head = Math.min(NONCE_WORDS, rest.length);
      for (let i = 0; i < head; i++) rest[i] = vocabulary.words[rng.below(vocabulary.words.length)]!;
      return { ...prompt, text: rest.join(" ") };
    },
  };
}
