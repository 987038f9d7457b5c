import { describe, expect, test } from "bun:test";
import { ToolError } from "../../../core/errors.ts";
import { estimatedTokens, type TokenCounter } from "./token-counter.ts";
import { vocabularyOf } from "./vocabulary.ts";
import { words } from "./words.ts";

const counter = (count: (text: string) => number): TokenCounter => ({ name: "test", exact: true, count });

/** One token a word, but for those that `tokensOf` says otherwise about; told whether it is the first of its text. */
const byWord = (tokensOf: (word: string, isFirst: boolean) => number) =>
  counter((text) => text.split(" ").reduce((sum, word, i) => sum + tokensOf(word, i === 0), 0));

test("an estimate takes all words as they are", () => {
  expect(vocabularyOf(estimatedTokens)).toEqual({ words, tokensPerWord: 1 });
});

test("all words that are one token", () => {
  expect(vocabularyOf(byWord(() => 1))).toEqual({ words, tokensPerWord: 1 });
});

describe("words of several tokens are left out", () => {
  const isLong = (word: string) => word.length > 4;
  const short = words.filter((word) => !isLong(word));

  test("wherever they stand", () => {
    expect(vocabularyOf(byWord((word) => (isLong(word) ? 2 : 1)))).toEqual({
      words: short,
      tokensPerWord: 1,
    });
  });

  test("also where only the first of a text costs more: a text begins with any of them", () => {
    const found = vocabularyOf(byWord((word, isFirst) => (isFirst && isLong(word) ? 2 : 1)));
    expect(found).toEqual({ words: short, tokensPerWord: 1 });
  });
});

test("where too few are one token, all words and the mean of what each adds after a space", () => {
  const characters = counter((text) => text.length);
  const found = vocabularyOf(characters);
  expect(found.words).toBe(words);
  expect(found.tokensPerWord).toBeCloseTo(words.join(" ").length / words.length + 1 / words.length, 9);
  const few = new Set(words.slice(0, 62));
  expect(vocabularyOf(byWord((word) => (few.has(word) || word === "the" ? 1 : 2))).words).toBe(words);
});

test("a tokenizer that finds nothing in words is refused", () => {
  const error = (() => {
    try {
      return vocabularyOf(counter(() => 0));
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ToolError);
  expect((error as ToolError).message).toBe("the tokenizer test finds no tokens in English words");
});
