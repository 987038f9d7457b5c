import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { drawnPrompts } from "./drawn.ts";
import type { Prompt } from "./prompt.ts";

const listOf = (n: number): Prompt[] =>
  Array.from({ length: n }, (_, i) => ({ text: `prompt ${i}`, promptTokens: 2, maxTokens: i + 1 }));

test("each round uses every prompt once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      fc.integer({ min: 0, max: 5 }),
      (n, seed, round) => {
        const list = listOf(n);
        const source = drawnPrompts(list, seed, {});
        const used = Array.from({ length: n }, (_, i) => source.at(round * n + i));
        expect(used.toSorted((a, b) => a.maxTokens - b.maxTokens)).toEqual(list);
      },
    ),
  );
});

test("the order depends on the seed, and differs from round to round", () => {
  const list = listOf(50);
  const order = (seed: number, round: number) => {
    const source = drawnPrompts(list, seed, {});
    return Array.from({ length: 50 }, (_, i) => source.at(round * 50 + i).maxTokens);
  };
  expect(order(1, 0)).toEqual(order(1, 0));
  expect(order(1, 0)).not.toEqual(order(2, 0));
  expect(order(1, 0)).not.toEqual(order(1, 1));
  expect(order(1, 0)).not.toEqual(list.map((prompt) => prompt.maxTokens));
});

test("a request's prompt does not depend on who asks first", () => {
  const list = listOf(7);
  const forwards = drawnPrompts(list, 3, {});
  const expected = Array.from({ length: 40 }, (_, i) => forwards.at(i));
  fc.assert(
    fc.property(fc.shuffledSubarray([...expected.keys()]), (indexes) => {
      const source = drawnPrompts(list, 3, {});
      for (const i of indexes) expect(source.at(i)).toBe(expected[i]!);
    }),
  );
});

describe("describe", () => {
  test("is what was given, and how many prompts there are", () => {
    expect(drawnPrompts(listOf(3), 1, { kind: "file", path: "p.txt" }).describe).toEqual({
      kind: "file",
      path: "p.txt",
      prompts: 3,
    });
  });
});
