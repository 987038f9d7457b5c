import { expect, test } from "bun:test";
import { countTokens } from "./tokens.ts";
import { generatedText, WORD_BYTES, WORDS, wordIndex } from "./words.ts";

test("every word is one token with its leading space and stands in JSON as it is", () => {
  for (const word of WORDS) {
    expect(word).toMatch(/^ \S+$/);
    expect(JSON.stringify(word)).toBe(`"${word}"`);
  }
  expect(WORDS.length).toBe(new Set(WORDS).size);
  expect(Math.max(...WORD_BYTES)).toBeGreaterThan(8);
});

test("text is a function of seed, request and token alone", () => {
  expect(generatedText(1, 2, 50)).toBe(generatedText(1, 2, 50));
  expect(generatedText(1, 2, 20) + generatedText(1, 2, 50, 20)).toBe(generatedText(1, 2, 50));
  expect(generatedText(1, 3, 50)).not.toBe(generatedText(1, 2, 50));
  expect(generatedText(2, 2, 50)).not.toBe(generatedText(1, 2, 50));
  expect(countTokens(generatedText(1, 2, 50))).toBe(50);
});

test("every fourth token has characters of several bytes, and all words come up", () => {
  const seen = new Set<number>();
  for (let i = 0; i < 20_000; i++) {
    const index = wordIndex(5, 1, i);
    seen.add(index);
    expect(Buffer.byteLength(WORDS[index]!) > WORDS[index]!.length).toBe(i % 4 === 1);
  }
  expect(seen.size).toBe(WORDS.length);
});
