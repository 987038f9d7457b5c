import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../../../core/rng.ts";
import { otherWords, syntheticPrompts, textOfTokens } from "./synthetic.ts";
import { words } from "./words.ts";

const vocabulary = { words, tokensPerWord: 1 };
const lengths = {
  promptTokens: { kind: "uniform", min: 8, max: 128 },
  outputTokens: { kind: "uniform", min: 1, max: 500 },
} as const;
const source = (seed: number) => syntheticPrompts({ seed, ...lengths, vocabulary });

describe("textOfTokens", () => {
  test("has one word a token, all from the vocabulary", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (tokens, seed) => {
        const chosen = textOfTokens(tokens, rngFor(seed, "x"), vocabulary).split(" ");
        expect(chosen).toHaveLength(tokens);
        for (const word of chosen) expect(words).toContain(word);
      }),
      { numRuns: 50 },
    );
  });

  test("has fewer words where each is several tokens, but never none", () => {
    const long = { words, tokensPerWord: 4.6 };
    expect(textOfTokens(46, rngFor(1, "x"), long).split(" ")).toHaveLength(10);
    expect(textOfTokens(48, rngFor(1, "x"), long).split(" ")).toHaveLength(10);
    expect(textOfTokens(1, rngFor(1, "x"), long).split(" ")).toHaveLength(1);
    expect(textOfTokens(1, rngFor(1, "x"), long)).not.toBe("");
  });
});

describe("syntheticPrompts", () => {
  test("the same seed gives the same prompts, another one others", () => {
    for (let i = 0; i < 100; i++) {
      expect(source(1).at(i)).toEqual(source(1).at(i));
      expect(source(1).at(i).text).not.toBe(source(2).at(i).text);
    }
  });

  test("a request's prompt does not depend on who asks first", () => {
    const expected = Array.from({ length: 30 }, (_, i) => source(5).at(i));
    fc.assert(
      fc.property(fc.shuffledSubarray([...expected.keys()]), (indexes) => {
        const shared = source(5);
        for (const i of indexes) expect(shared.at(i)).toEqual(expected[i]!);
      }),
    );
  });

  test("have as many words as tokens, in the lengths that were asked for", () => {
    for (let i = 0; i < 300; i++) {
      const { text, promptTokens, maxTokens } = source(3).at(i);
      expect(text.split(" ")).toHaveLength(promptTokens);
      expect(promptTokens).toBeWithin(8, 129);
      expect(maxTokens).toBeWithin(1, 501);
    }
  });

  test("the length asked for says nothing of the prompt's length, nor of its first word", () => {
    const n = 5000;
    const prompts = Array.from({ length: n }, (_, i) => source(8).at(i));
    const columns = [
      prompts.map((p) => p.promptTokens),
      prompts.map((p) => p.maxTokens),
      prompts.map((p) => words.indexOf(p.text.split(" ")[0]!)),
    ];
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(Math.abs(correlation(columns[a]!, columns[b]!))).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test("describe what they are", () => {
    expect(source(1).describe).toEqual({ kind: "synthetic", ...lengths });
  });
});

describe("otherWords", () => {
  test("have the lengths of the others, and none of their texts", () => {
    const prompts = source(1);
    const others = otherWords(prompts, 1, vocabulary);
    const texts = new Set(Array.from({ length: 1000 }, (_, i) => prompts.at(i).text));
    for (let i = 0; i < 1000; i++) {
      const [prompt, other] = [prompts.at(i), others.at(i)];
      expect([other.promptTokens, other.maxTokens]).toEqual([prompt.promptTokens, prompt.maxTokens]);
      expect(other.text.split(" ")).toHaveLength(prompt.promptTokens);
      expect(texts.has(other.text)).toBe(false);
    }
    expect(others.describe).toEqual({ kind: "other words", lengthsOf: prompts.describe });
  });

  test("of the same seed are other words also where no length is drawn before them", () => {
    const fixed = { kind: "fixed", tokens: 8 } as const;
    const prompts = syntheticPrompts({ seed: 1, promptTokens: fixed, outputTokens: fixed, vocabulary });
    const others = otherWords(prompts, 1, vocabulary);
    const texts = new Set(Array.from({ length: 1000 }, (_, i) => prompts.at(i).text));
    for (let i = 0; i < 1000; i++) expect(texts.has(others.at(i).text)).toBe(false);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0);
  const covariance = sum((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return covariance / Math.sqrt(sum((i) => (a[i]! - meanA) ** 2) * sum((i) => (b[i]! - meanB) ** 2));
}
