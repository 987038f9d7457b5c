import { rngFor } from "../../../core/rng.ts";
import type { PromptSource } from "./prompt.ts";
import { textOfTokens } from "./synthetic.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Four of some 900 words: two runs share a head once in 5 × 10^11 pairs. */
const NONCE_WORDS = 4;

/**
 * Puts the same random words at the head of every prompt of a run, and others in another run: a server's prefix cache does
 * not know the prompts from earlier runs, and what prompts of one run share stays shared. A synthetic text keeps its length:
 * the words take the place of its first ones.
 * @param salt new for each run; recorded in the metadata
 */
export function withRunNonce(source: PromptSource, salt: number, vocabulary: Vocabulary): PromptSource {
  const keepsLength = source.describe.kind === "synthetic";
  const nonceTokens = Math.round(NONCE_WORDS * vocabulary.tokensPerWord);
  const nonce = textOfTokens(nonceTokens, rngFor(salt, "run nonce"), vocabulary);
  const head = nonce.split(" ");
  return {
    describe: source.describe,
    at(index) {
      const prompt = source.at(index);
      if (!keepsLength) {
        return {
          ...prompt,
          text: `${nonce} ${prompt.text}`,
          promptTokens: prompt.promptTokens + nonceTokens,
        };
      }
      const rest = afterWords(prompt.text, head.length);
      if (rest === null) return { ...prompt, text: head.slice(0, prompt.text.split(" ").length).join(" ") };
      return { ...prompt, text: nonce + rest };
    },
  };
}

/** What follows the first `count` words, its space included; null where there are no more than these. */
function afterWords(text: string, count: number): string | null {
  let space = -1;
  for (let i = 0; i < count; i++) {
    space = text.indexOf(" ", space + 1);
    if (space === -1) return null;
  }
  return text.slice(space);
}
