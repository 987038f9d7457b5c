import { expect, test } from "bun:test";
import fc from "fast-check";
import { occupancy } from "./occupancy.ts";
import { evenBins } from "./time-bins.ts";

const sorted = (values: readonly number[]) => Float64Array.from(values).sort();

test("spans that overlap are counted by how long they do", () => {
  const bins = evenBins(0, 30, 1, 3);
  const { mean, most } = occupancy(sorted([0, 5, 5]), sorted([10, 15, 8]), bins);
  expect([...mean]).toEqual([(5 * 1 + 3 * 3 + 2 * 2) / 10, 0.5, 0]);
  expect([...most]).toEqual([3, 1, 0]);
});

test("a span that begins where one ends is not at once with it", () => {
  expect([...occupancy(sorted([0, 5]), sorted([5, 10]), evenBins(0, 10, 1, 1)).most]).toEqual([1]);
});

test("a last bin that is longer is weighed by its own length", () => {
  const { mean } = occupancy(sorted([0]), sorted([24]), evenBins(0, 24, 1, 3));
  expect([...mean]).toEqual([1, 1]);
});

test("the means are the spans' whole time, and no bin has more than there are", () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 100 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 50 }), (spans) => {
      const starts = sorted(spans.map(([start]) => start));
      const ends = sorted(spans.map(([start, length]) => start + length));
      const { mean, most } = occupancy(starts, ends, evenBins(0, 1000, 1, 40));
      const total = spans.reduce((sum, [, length]) => sum + length, 0);
      expect(mean.reduce((a, b) => a + b, 0) * 50).toBeCloseTo(total, 6);
      for (const [i, value] of mean.entries()) expect(value).toBeLessThanOrEqual(most[i]! + 1e-9);
    }),
  );
});
