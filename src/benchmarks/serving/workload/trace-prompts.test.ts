import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import type { TokenCounter } from "./token-counter.ts";
import { loadTokenizer } from "./tokenizer.ts";
import { readTrace, type Trace } from "./trace.ts";
import { tracePrompts } from "./trace-prompts.ts";
import { vocabularyOf } from "./vocabulary.ts";
import { words } from "./words.ts";

const FIXTURES = join(import.meta.dir, "../../../../fixtures");
const vocabulary = { words, tokensPerWord: 1 };
const counter: TokenCounter = { name: "words", exact: true, count: (text) => text.split(" ").length };

const read = (name: string) =>
  readTrace(join(FIXTURES, "traces", name), { timeScale: 1, maxRequests: null, limitMs: null });
const source = (trace: Trace, seed = 1) => tracePrompts(trace, { seed, vocabulary, counter });

/** A trace of such blocks, each request with the tokens that fill them but for `missing`. */
function blocks(hashIds: number[][], missing = 0): Trace {
  const lengths = hashIds.map((ids) => 512 * ids.length - missing);
  return {
    path: "t",
    format: "mooncake",
    timeScale: 1,
    times: new Float64Array(hashIds.length),
    promptTokens: Uint32Array.from(lengths),
    maxTokens: new Uint32Array(hashIds.length).fill(9),
    prompts: null,
    hashIds,
    skipped: 0,
    outOfOrder: 0,
  };
}

/** How many first words two texts share. */
function shared(a: string, b: string): number {
  const [first, second] = [a.split(" "), b.split(" ")];
  const at = first.findIndex((word, i) => word !== second[i]);
  return at === -1 ? first.length : at;
}

describe.each(["mooncake.jsonl", "burstgpt.csv", "azure.csv", "inferbench.jsonl"])("%s", (name) => {
  const trace = read(name);

  test("prompts have the lengths that the trace names", () => {
    const prompts = source(trace);
    for (let i = 0; i < trace.times.length; i++) {
      const { text, promptTokens, maxTokens } = prompts.at(i);
      expect(maxTokens).toBe(trace.maxTokens[i]!);
      expect(counter.count(text)).toBe(promptTokens);
      if (trace.prompts?.[i] === undefined) expect(promptTokens).toBe(trace.promptTokens[i]!);
      else expect(text).toBe(trace.prompts[i]!);
    }
  });

  test("a request's prompt does not depend on who asks first, and the seed makes others", () => {
    const forwards = source(trace);
    const expected = Array.from({ length: 2 * trace.times.length }, (_, i) => forwards.at(i));
    fc.assert(
      fc.property(fc.shuffledSubarray([...expected.keys()]), (indexes) => {
        const prompts = source(trace);
        for (const i of indexes) expect(prompts.at(i)).toEqual(expected[i]!);
      }),
      { numRuns: 5 },
    );
    expect(source(trace, 2).at(0).text).not.toBe(expected[0]!.text);
    expect(source(trace, 2).at(0).promptTokens).toBe(expected[0]!.promptTokens);
  });

  test("after the last request the trace begins again", () => {
    const prompts = source(trace);
    const { length } = trace.times;
    for (const i of [0, length - 1]) {
      const [first, again] = [prompts.at(i), prompts.at(i + length)];
      expect([again.promptTokens, again.maxTokens]).toEqual([first.promptTokens, first.maxTokens]);
      expect(again.text === first.text).toBe(trace.hashIds !== null);
    }
  });
});

test("have these lengths by a real tokenizer's count", async () => {
  const nowhere = {
    cacheDir: "/nonexistent",
    hubCacheDir: "/nonexistent",
    hubUrl: "http://127.0.0.1:1",
    token: undefined,
  };
  const tokenizer = await loadTokenizer(join(FIXTURES, "tokenizer"), nowhere);
  const trace = read("mooncake.jsonl");
  const prompts = tracePrompts(trace, { seed: 1, vocabulary: vocabularyOf(tokenizer), counter: tokenizer });
  for (let i = 0; i < trace.times.length; i++) {
    expect(tokenizer.count(prompts.at(i).text)).toBe(trace.promptTokens[i]!);
  }
});

describe("blocks with ids", () => {
  test("are the same words wherever the ids are, so that requests share what their ids share", () => {
    const trace = read("mooncake.jsonl");
    const prompts = source(trace);
    for (let a = 0; a < trace.times.length; a++) {
      for (let b = 0; b < a; b++) {
        const [idsA, idsB] = [trace.hashIds![a]!, trace.hashIds![b]!];
        const common = idsA.findIndex((id, i) => id !== idsB[i]);
        const known = common === -1 ? idsA.length : common;
        const [textA, textB] = [prompts.at(a).text, prompts.at(b).text];
        const least = Math.min(512 * known, trace.promptTokens[a]!, trace.promptTokens[b]!);
        // Where the ids differ, a word or two may be the same by chance.
        expect(shared(textA, textB)).toBeWithin(least, least + 4);
      }
    }
  });

  test("that end a prompt are cut to its length, from their beginning", () => {
    const [long, short] = [source(blocks([[3, 4]])).at(0).text, source(blocks([[3, 4]], 500)).at(0).text];
    expect(counter.count(short)).toBe(524);
    expect(long.startsWith(`${short} `)).toBe(true);
  });

  test("differ for ids that differ beyond 32 bits", () => {
    const prompts = source(blocks([[5], [5 + 2 ** 32], [5 + 2 ** 33]]));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(shared(prompts.at(a).text, prompts.at(b).text)).toBeLessThan(4);
    }
  });

  test("may be fewer than the prompt has: the rest belongs to the request alone", () => {
    const trace = { ...blocks([[7], [7]]), promptTokens: Uint32Array.of(700, 700) };
    const prompts = source(trace);
    expect(counter.count(prompts.at(0).text)).toBe(700);
    expect(shared(prompts.at(0).text, prompts.at(1).text)).toBeWithin(512, 516);
  });

  test("have fewer words where each is several tokens", () => {
    const long = { words, tokensPerWord: 4 };
    const prompts = tracePrompts(blocks([[1, 2]], 100), { seed: 1, vocabulary: long, counter });
    expect(counter.count(prompts.at(0).text)).toBe(128 + 103);
  });
});

test("texts of the trace are counted once, before the run", () => {
  let counted = 0;
  const counting: TokenCounter = {
    ...counter,
    count: (text) => {
      counted++;
      return counter.count(text);
    },
  };
  const prompts = tracePrompts(read("inferbench.jsonl"), { seed: 1, vocabulary, counter: counting });
  expect(counted).toBe(1);
  for (let i = 0; i < 24; i++) prompts.at(i);
  expect(counted).toBe(1);
  expect(prompts.at(5).promptTokens).toBe(9);
});

test("describe the trace, and whether all texts are made of words", () => {
  expect(source(read("mooncake.jsonl")).describe).toMatchObject({
    kind: "synthetic",
    format: "mooncake",
    requests: 24,
    sharedPrefixes: true,
    skipped: 0,
    outOfOrder: 0,
  });
  expect(source(read("burstgpt.csv")).describe).toMatchObject({ kind: "synthetic", sharedPrefixes: false });
  expect(source(read("inferbench.jsonl")).describe).toMatchObject({ kind: "trace", sharedPrefixes: false });
});
