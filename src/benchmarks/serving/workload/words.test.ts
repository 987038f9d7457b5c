import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { loadTokenizer } from "./tokenizer.ts";
import { words } from "./words.ts";

const TOKENIZER = join(import.meta.dir, "../../../../fixtures/tokenizer/tokenizer.json");
const nowhere = {
  cacheDir: "/nonexistent",
  hubCacheDir: "/nonexistent",
  hubUrl: "http://127.0.0.1:1",
  token: undefined,
};

test("words are lowercase letters, and each stands once", () => {
  expect(words.filter((word) => !/^[a-z]+$/.test(word))).toEqual([]);
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
});

test("there are so many that four of them make 5 × 10^11 heads", () => {
  expect(words.length ** 4).toBeGreaterThan(5e11);
});

describe("in the fixture's tokenizer", () => {
  test("each word is one token, at the beginning and after a space", async () => {
    const { count } = await loadTokenizer(TOKENIZER, nowhere);
    expect(words.filter((word) => count(` ${word}`) !== 1)).toEqual([]);
    expect(words.filter((word) => count(word) !== 1)).toEqual([]);
  });

  test("a text of all the words has as many tokens as words", async () => {
    const { count } = await loadTokenizer(TOKENIZER, nowhere);
    expect(count(words.join(" "))).toBe(words.length);
  });
});
