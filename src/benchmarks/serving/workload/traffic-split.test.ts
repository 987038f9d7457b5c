import { expect, test } from "bun:test";
import { drawnModel, type TrafficSplit } from "./traffic-split.ts";

const count = (split: TrafficSplit, seed: number, n: number) => {
  const counts = new Map(split.models.map((name) => [name, 0]));
  for (let i = 0; i < n; i++) {
    const model = drawnModel(split, seed, i);
    counts.set(model, counts.get(model)! + 1);
  }
  return [...counts.values()];
};

test.each([[[0.7, 0.3]], [[0.5, 0.5]], [[0.98, 0.01, 0.01]]])("shares are those asked for: %j", (weights) => {
  const models = weights.map((_, i) => `m${i}`);
  const n = 20_000;
  for (const seed of [0, 1, 2, 12_345]) {
    const counts = count({ models, weights }, seed, n);
    for (const [i, share] of weights.entries()) {
      // Four standard deviations of a binomial count.
      const bound = 4 * Math.sqrt(n * share * (1 - share));
      expect(Math.abs(counts[i]! - n * share)).toBeLessThan(bound);
    }
  }
});

test("one draw says nothing of the next", () => {
  const split = { models: ["a", "b"], weights: [0.5, 0.5] };
  const n = 20_000;
  const isA = Array.from({ length: n }, (_, i) => drawnModel(split, 3, i) === "a");
  const runs = isA.filter((is, i) => i > 0 && is !== isA[i - 1]).length;
  expect(Math.abs(runs - n / 2)).toBeLessThan(4 * Math.sqrt(n / 4));
});

test("each seed draws anew, and a seed always the same", () => {
  const split = { models: ["a", "b", "c"], weights: [0.2, 0.3, 0.5] };
  const draws = (seed: number) => Array.from({ length: 50 }, (_, i) => drawnModel(split, seed, i));
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
});

test("weights whose sum is off by rounding name every model", () => {
  const split = { models: ["a", "b"], weights: [0.5, 0.499_999_5] };
  expect(Array.from({ length: 1000 }, (_, i) => drawnModel(split, 1, i))).not.toContain(undefined);
});
