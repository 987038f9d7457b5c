import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { drawnPrompts } from "./drawn.ts";
import { withNonce } from "./nonce.ts";
import type { PromptSource } from "./prompt.ts";
import { syntheticPrompts } from "./synthetic.ts";
import { loadTokenizer } from "./tokenizer.ts";
import { vocabularyOf } from "./vocabulary.ts";
import { words } from "./words.ts";

const TOKENIZER = join(import.meta.dir, "../../../../fixtures/tokenizer/tokenizer.json");
const nowhere = {
  cacheDir: "/nonexistent",
  hubCacheDir: "/nonexistent",
  hubUrl: "http://127.0.0.1:1",
  token: undefined,
};
const vocabulary = { words, tokensPerWord: 1 };
const synthetic = syntheticPrompts({
  seed: 1,
  promptTokens: { kind: "uniform", min: 1, max: 40 },
  outputTokens: { kind: "fixed", tokens: 7 },
  vocabulary,
});
const fromFile = drawnPrompts([{ text: "Why is the sky blue?", promptTokens: 6, maxTokens: 9 }], 1, {
  kind: "file",
});

const headOf = (source: PromptSource, index: number) =>
  source.at(index).text.split(" ").slice(0, 4).join(" ");

test("the same salt gives the same texts, whoever asks first", () => {
  for (const source of [synthetic, fromFile]) {
    const [a, b] = [withNonce(source, 5, vocabulary), withNonce(source, 5, vocabulary)];
    const forwards = Array.from({ length: 50 }, (_, i) => a.at(i));
    for (let i = 49; i >= 0; i--) expect(b.at(i)).toEqual(forwards[i]!);
  }
});

test("no two requests of a run, nor of two runs with different salts, begin alike", () => {
  const long = syntheticPrompts({
    seed: 1,
    promptTokens: { kind: "fixed", tokens: 16 },
    outputTokens: { kind: "fixed", tokens: 1 },
    vocabulary,
  });
  for (const source of [long, fromFile]) {
    const heads = new Set<string>();
    for (const salt of [0, 1, 2 ** 32, 123_456_789]) {
      const salted = withNonce(source, salt, vocabulary);
      for (let i = 0; i < 2000; i++) heads.add(headOf(salted, i));
    }
    expect(heads.size).toBe(8000);
  }
});

describe("a synthetic text", () => {
  test("keeps its length, and all but its first four words", () => {
    const salted = withNonce(synthetic, 5, vocabulary);
    for (let i = 0; i < 200; i++) {
      const [plain, given] = [synthetic.at(i), salted.at(i)];
      const [before, after] = [plain.text.split(" "), given.text.split(" ")];
      expect(after).toHaveLength(before.length);
      expect(after.slice(4)).toEqual(before.slice(4));
      expect([given.promptTokens, given.maxTokens]).toEqual([plain.promptTokens, plain.maxTokens]);
      for (const word of after) expect(words).toContain(word);
    }
  });

  test("keeps its tokens by a real tokenizer's count", async () => {
    const counter = await loadTokenizer(TOKENIZER, nowhere);
    const salted = withNonce(synthetic, 5, vocabularyOf(counter));
    for (let i = 0; i < 200; i++) expect(counter.count(salted.at(i).text)).toBe(synthetic.at(i).promptTokens);
  });
});

describe("any other text", () => {
  test("stays whole behind four words, which are counted", async () => {
    const counter = await loadTokenizer(TOKENIZER, nowhere);
    const salted = withNonce(fromFile, 5, vocabularyOf(counter));
    const { text, promptTokens, maxTokens } = salted.at(0);
    expect(text).toMatch(/^([a-z]+ ){4}Why is the sky blue\?$/);
    expect([promptTokens, maxTokens]).toEqual([10, 9]);
    expect(counter.count(text) - counter.count(" Why is the sky blue?")).toBe(4);
  });

  test("gets about four words' tokens where words are several tokens each", () => {
    const { text, promptTokens } = withNonce(fromFile, 5, { words, tokensPerWord: 4.6 }).at(0);
    expect(text).toMatch(/^([a-z]+ ){4}Why is the sky blue\?$/);
    expect(promptTokens).toBe(6 + 18);
  });
});

test("describes the source as it is", () => {
  expect(withNonce(synthetic, 5, vocabulary).describe).toBe(synthetic.describe);
});
