import { rngFor } from "../../../core/rng.ts";
import type { PromptSource } from "./prompt.ts";
import { textOfTokens } from "./synthetic.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Four of some 900 words. Each head is drawn by a generator of 32 bits of seed (see rngFor), so that two requests as good as
 * never share one; where two runs do, the prompts after it differ.
 */
const NONCE_WORDS = 4;

/**
 * Puts random words at the head of each prompt, different for each request and each run, so that a server's prefix cache
 * does not know it. A synthetic text keeps its length: the words take the place of its first ones.
 * @param salt new for each run; recorded in the metadata
 */
export function withNonce(source: PromptSource, salt: number, vocabulary: Vocabulary): PromptSource {
  const keepsLength = source.describe.kind === "synthetic";
  const nonceTokens = Math.round(NONCE_WORDS * vocabulary.tokensPerWord);
  return {
    describe: source.describe,
    at(index) {
      const prompt = source.at(index);
      const rng = rngFor(salt, "nonce", index);
      if (!keepsLength) {
        const nonce = textOfTokens(nonceTokens, rng, vocabulary);
        return {
          ...prompt,
          text: `${nonce} ${prompt.text}`,
          promptTokens: prompt.promptTokens + nonceTokens,
        };
      }
      const rest = prompt.text.split(" ");
      const head = Math.min(NONCE_WORDS, rest.length);
      for (let i = 0; i < head; i++) rest[i] = vocabulary.words[rng.below(vocabulary.words.length)]!;
      return { ...prompt, text: rest.join(" ") };
    },
  };
}
