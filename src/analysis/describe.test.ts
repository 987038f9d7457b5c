import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { describe, moments } from "./describe.ts";
import { latencies } from "./series.fake.ts";

test("summarizes a known sample", () => {
  const result = describe([2, 4, 4, 4, 5, 5, 7, 9])!;
  expect(result.n).toBe(8);
  expect(result.mean).toBe(5);
  expect(result.sd).toBeCloseTo(Math.sqrt(32 / 7), 14);
  // t(7) = 2.364624
  expect(result.meanHigh! - 5).toBeCloseTo((2.364624 * Math.sqrt(32 / 7)) / Math.sqrt(8), 6);
  expect([result.min, result.max]).toEqual([2, 9]);
  expect(result.quantiles.p50).toEqual({ value: 4.5, isLowerBound: false, low: 2, high: 9, small: true });
  expect(result.quantiles["p99.9"].high).toBeNull();
});

test("one value has no spread, an empty sample no summary", () => {
  expect(describe([])).toBeNull();
  expect(describe([3])).toMatchObject({
    n: 1,
    mean: 3,
    sd: null,
    meanLow: null,
    meanHigh: null,
    min: 3,
    max: 3,
  });
});

test("refuses what is not finite", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(() => describe([1, bad, 2])).toThrow(RangeError);
  }
});

test("does not touch its input", () => {
  const values = Float64Array.of(3, 1, 2);
  describe(values);
  expect([...values]).toEqual([3, 1, 2]);
});

/** Mean and variance of whole numbers, exact until the last division. */
function slowMoments(values: readonly number[]): { mean: number; sd: number } {
  const whole = values.map(BigInt);
  const n = BigInt(values.length);
  const sum = whole.reduce((a, b) => a + b, 0n);
  const squares = whole.reduce((a, b) => a + (b * n - sum) ** 2n, 0n);
  return { mean: Number(sum) / Number(n), sd: Math.sqrt(Number(squares) / Number(n * n * (n - 1n))) };
}

test("keeps its digits on a large offset", () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 100 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 2 ** 50 }), (offsets, base) => {
      const sample = offsets.map((offset) => base + offset);
      const { mean, sd } = moments(sample);
      const exact = slowMoments(sample);
      expect(Math.abs(mean - exact.mean)).toBeLessThanOrEqual(2 ** -52 * exact.mean);
      expect(Math.abs(sd! - exact.sd)).toBeLessThanOrEqual(1e-9 * (1 + exact.sd));
    }),
  );
});

test("the interval of the mean covers the truth of 95 % of normal samples", () => {
  const rng = rngFor(3, "coverage");
  let covered = 0;
  for (let run = 0; run < 4000; run++) {
    const { meanLow, meanHigh } = describe(Array.from({ length: 6 }, () => 10 + rng.normal()))!;
    if (meanLow! <= 10 && 10 <= meanHigh!) covered++;
  }
  expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.012);
});

test("order makes no difference to independent values, and to no estimate", () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(numbers, (values) => {
      const forwards = describe(values)!;
      const backwards = describe([...values].reverse())!;
      for (const key of ["n", "mean", "sd", "min", "max"] as const)
        expect(forwards[key]).toBe(backwards[key]);
      if (forwards.intervals === "block-bootstrap" || backwards.intervals === "block-bootstrap") return;
      expect(forwards.quantiles).toEqual(backwards.quantiles);
    }),
  );
});

test("names the method of its intervals", () => {
  const independent = describe(latencies(1, 1000))!;
  expect(independent.intervals).toBe("order-statistics");
  expect(Math.abs(independent.autocorrelation!)).toBeLessThan(0.1);
  const dependent = describe(latencies(1, 1000, 0.6))!;
  expect(dependent.intervals).toBe("block-bootstrap");
  expect(dependent.autocorrelation!).toBeCloseTo(0.57, 1);
  expect(describe([4, 4])).toMatchObject({ intervals: "order-statistics", autocorrelation: null });
});

test("a few values in a row by accident are not a dependent series", () => {
  const runs = Array.from({ length: 200 }, (_, seed) => describe(latencies(seed, 30))!);
  expect(runs.filter((run) => run.autocorrelation! > 0.1).length).toBeGreaterThan(25);
  expect(runs.filter((run) => run.intervals === "block-bootstrap").length).toBeLessThan(15);
});

test("values pooled from requests are judged by whole requests", () => {
  const starts = Array.from({ length: 50 }, (_, request) => 20 * request);
  const values = latencies(2, 1000);
  expect(describe(values, { clusters: starts })!.intervals).toBe("cluster-bootstrap");
  // One value each is no pool.
  expect(describe(values, { clusters: values.map((_, i) => i) })).toEqual(describe(values));
  expect(() => describe(values, { clusters: [0, 2000] })).toThrow(RangeError);
  expect(describe([], { clusters: [] })).toBeNull();
});

test("a dependent sample has no upper bound where independent values have none either", () => {
  for (const n of [60, 200, 360]) {
    const { quantiles, intervals } = describe(latencies(4, n, 0.6))!;
    expect(intervals).toBe("block-bootstrap");
    expect(quantiles.p99.high).toBeNull();
    expect(quantiles.p99.small).toBe(true);
  }
});

test("the mean of values that are never below 0 has no bound below it", () => {
  expect(describe([1, 2, 200])!.meanLow).toBe(0);
  const growing = describe(Float64Array.from({ length: 35 }, (_, i) => 1.2 ** i))!;
  expect(growing).toMatchObject({ intervals: "block-bootstrap", meanLow: 0 });
  expect(describe([-1, 2, 200])!.meanLow).toBeLessThan(-1);
});
