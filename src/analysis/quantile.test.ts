import { expect, test } from "bun:test";
import fc from "fast-check";
import { quantile } from "./quantile.ts";

/** Type 7 as numpy's documentation words it, in the plainest form. */
function slowQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const h = (sorted.length - 1) * q;
  const floor = Math.floor(h);
  const ceil = Math.ceil(h);
  return sorted[floor]! + (h - floor) * (sorted[ceil]! - sorted[floor]!);
}

test("agrees with numpy.percentile", () => {
  const sorted = Float64Array.of(1, 2, 3, 4, 10);
  expect(quantile(sorted, 0.5)).toBe(3);
  expect(quantile(sorted, 0.9)).toBeCloseTo(7.6, 12);
  expect(quantile(sorted, 0.99)).toBeCloseTo(9.76, 12);
  expect(quantile(Float64Array.of(15, 20, 35, 40, 50), 0.4)).toBeCloseTo(29, 12);
  expect(quantile(Float64Array.of(7), 0.999)).toBe(7);
});

test("an empty sample has no quantile, and q outside [0, 1] is refused", () => {
  expect(quantile(new Float64Array(), 0.5)).toBeNull();
  expect(() => quantile(Float64Array.of(1), 99)).toThrow(RangeError);
  expect(() => quantile(Float64Array.of(1), Number.NaN)).toThrow(RangeError);
});

test("agrees with the slow version", () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const sample = fc.array(number, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const fast = quantile(Float64Array.from(values).sort(), q)!;
      const slow = slowQuantile(values, q);
      expect(Math.abs(fast - slow)).toBeLessThanOrEqual(1e-6);
      expect(fast).toBeGreaterThanOrEqual(Math.min(...values));
      expect(fast).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});

test("does not overflow between the extremes of a double", () => {
  expect(quantile(Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE), 0.5)).toBe(0);
});
