import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { drawnPrompts } from "./drawn.ts";
import type { PromptSource } from "./prompt.ts";
import { withRunNonce } from "./run-nonce.ts";
import { syntheticPrompts } from "./synthetic.ts";
import { readTrace } from "./trace.ts";
import { tracePrompts } from "./trace-prompts.ts";
import { words } from "./words.ts";

const vocabulary = { words, tokensPerWord: 1 };
const counter = { name: "words", exact: true, count: (text: string) => text.split(" ").length };
const synthetic = syntheticPrompts({
  seed: 1,
  promptTokens: { kind: "uniform", min: 1, max: 40 },
  outputTokens: { kind: "fixed", tokens: 7 },
  vocabulary,
});
const fromFile = drawnPrompts([{ text: "Why is the sky blue?", promptTokens: 6, maxTokens: 9 }], 1, {
  kind: "file",
});
const mooncake = tracePrompts(
  readTrace(join(import.meta.dir, "../../../../fixtures/traces/mooncake.jsonl"), {
    timeScale: 1,
    maxRequests: null,
    limitMs: null,
  }),
  { seed: 1, vocabulary, counter },
);

const headOf = (source: PromptSource, index: number) =>
  source.at(index).text.split(" ").slice(0, 4).join(" ");

test("all requests of a run begin alike, and those of another run otherwise", () => {
  for (const source of [fromFile, mooncake]) {
    const heads = new Set<string>();
    for (let salt = 0; salt < 200; salt++) {
      const salted = withRunNonce(source, salt, vocabulary);
      for (let i = 0; i < 5; i++) heads.add(headOf(salted, i));
    }
    expect(heads.size).toBe(200);
  }
});

test("what requests share stays shared", () => {
  const salted = withRunNonce(mooncake, 5, vocabulary);
  const first = (i: number, n: number) => salted.at(i).text.split(" ").slice(0, n).join(" ");
  // By the fixture's ids: requests 0 and 1 share two blocks, 0 and 6 one.
  expect(first(0, 1024)).toBe(first(1, 1024));
  expect(first(0, 512)).toBe(first(6, 512));
  expect(first(0, 520)).not.toBe(first(6, 520));
});

describe("a synthetic text", () => {
  test("keeps its length, and all but its first four words", () => {
    const salted = withRunNonce(synthetic, 5, vocabulary);
    for (let i = 0; i < 200; i++) {
      const [plain, given] = [synthetic.at(i), salted.at(i)];
      const [before, after] = [plain.text.split(" "), given.text.split(" ")];
      expect(after).toHaveLength(before.length);
      expect(after.slice(4)).toEqual(before.slice(4));
      expect(after.slice(0, 4)).toEqual(headOf(salted, 0).split(" ").slice(0, before.length));
      expect([given.promptTokens, given.maxTokens]).toEqual([plain.promptTokens, plain.maxTokens]);
    }
  });
});

test("any other text stays whole behind four words, which are counted", () => {
  const { text, promptTokens, maxTokens } = withRunNonce(fromFile, 5, vocabulary).at(0);
  expect(text).toMatch(/^([a-z]+ ){4}Why is the sky blue\?$/);
  expect([promptTokens, maxTokens]).toEqual([10, 9]);
});

test("describes the source as it is", () => {
  expect(withRunNonce(synthetic, 5, vocabulary).describe).toBe(synthetic.describe);
});
