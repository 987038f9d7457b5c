import { usageError } from "../../../core/errors.ts";
import type { TokenCounter } from "./token-counter.ts";
import { words } from "./words.ts";

/** Fewer words than this would make texts that a prefix cache knows again. */
const ENOUGH_WORDS = 64;

/** Words to write texts of a known number of tokens with, without counting each text. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** Tokens that each word adds. */
  readonly tokensPerWord: number;
}

/**
 * The words that are one token each in the counter's vocabulary, at the beginning of a text as well as after a space.
 * Byte-pair encoders split at spaces before they merge, so that the tokens of a text of such words add up. Where too few
 * are one token (a vocabulary of characters, say), all words and their mean number of tokens.
 * @throws ToolError USAGE where the counter finds no tokens in words
 */
export function vocabularyOf(counter: TokenCounter): Vocabulary {
  if (!counter.exact) return { words, tokensPerWord: 1 };
  const base = counter.count("the");
  const tokens = words.map((word) => counter.count(`the ${word}`) - base);
  const single = words.filter((word, i) => tokens[i] === 1 && counter.count(word) === 1);
  if (single.length >= ENOUGH_WORDS) return { words: single, tokensPerWord: 1 };
  const tokensPerWord = tokens.reduce((sum, n) => sum + n, 0) / tokens.length;
  if (tokensPerWord <= 0) throw usageError(`the tokenizer ${counter.name} finds no tokens in English words`);
  return { words, tokensPerWord };
}
