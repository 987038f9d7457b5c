import { expect, test } from "bun:test";
import fc from "fast-check";
import { mser5 } from "./mser.ts";
import { latencies } from "./series.fake.ts";

/** The score of each cut, in batches, from the definition. */
function slowScores(series: readonly number[]): number[] {
  const means = Array.from({ length: Math.floor(series.length / 5) }, (_, batch) =>
    series.slice(5 * batch, 5 * batch + 5).reduce((a, b) => a + b / 5, 0),
  );
  return Array.from({ length: Math.floor(means.length / 2) + 1 }, (_, cut) => {
    const kept = means.slice(cut);
    const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
    return kept.reduce((sum, z) => sum + (z - mean) ** 2, 0) / kept.length ** 2;
  });
}

test("no other cut of the first half scores better", () => {
  const series = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 50, maxLength: 200 });
  fc.assert(
    fc.property(series, (values) => {
      const scores = slowScores(values);
      expect(scores[mser5(values)!.cut / 5]!).toBeLessThanOrEqual(Math.min(...scores) + 1e-9);
    }),
  );
});

test("cuts a clear warm-up where it ends", () => {
  const series = latencies(1, 1000).map((value, i) => value + (i < 150 ? 20 : 0));
  expect(mser5(series)).toEqual({ cut: 150, isAtLimit: false });
});

test("cuts nothing of equal values, and says where it cannot know", () => {
  expect(mser5(new Float64Array(100).fill(4))).toEqual({ cut: 0, isAtLimit: false });
  expect(mser5(new Float64Array(49))).toBeNull();
  // A series that rises to its end never becomes steady.
  expect(mser5(Array.from({ length: 100 }, (_, i) => i))).toEqual({ cut: 50, isAtLimit: true });
});

test("cuts little of a series without warm-up", () => {
  for (const phi of [0, 0.6]) {
    const cuts = Array.from({ length: 100 }, (_, seed) => mser5(latencies(seed, 2000, phi))!.cut / 2000);
    expect(cuts.sort((a, b) => a - b)[50]!).toBeLessThan(0.02);
  }
});
