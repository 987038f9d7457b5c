import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LogHistogram } from "./log-histogram.ts";
import { quantile } from "./quantile.ts";

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe("a histogram of bins 0.1 % wide", () => {
  test("keeps every value in its bin, and quantiles within half a bin", () => {
    const value = fc.integer({ min: 1, max: 1e12 }).map((ns) => ns / 1e5);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const histogram = histogramOf(values);
          const bins = [...histogram.bins()];
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
          expect(bins.every(({ low, high }) => high / low < 1.00101)).toBe(true);
          const sorted = Float64Array.from(values).sort();
          const exact = quantile(sorted, q)!;
          expect(Math.abs(histogram.quantile(q)! / exact - 1)).toBeLessThan(0.00051);
        },
      ),
    );
  });

  test("has its ends, zero included", () => {
    const histogram = histogramOf([0, 0, 12.5]);
    expect([histogram.n, histogram.min, histogram.max]).toEqual([3, 0, 12.5]);
    expect(histogram.quantile(0.5)).toBeLessThan(1e-6);
    expect(histogram.quantile(1)).toBe(12.5);
    expect(new LogHistogram().quantile(0.5)).toBeNull();
  });

  test("refuses what is no duration", () => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new LogHistogram().add(value)).toThrow(RangeError);
    }
  });

  test("takes a million values in the memory of one", () => {
    const histogram = new LogHistogram();
    for (let i = 0; i < 1_000_000; i++) histogram.add(1 + (i % 1000));
    expect([...histogram.bins()].length).toBeLessThanOrEqual(1000);
    expect(histogram.quantile(0.5)! / 500).toBeCloseTo(1, 2);
  });
});
