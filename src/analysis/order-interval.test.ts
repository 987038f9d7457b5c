import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { binomialCdf } from "./incomplete-beta.ts";
import { isSmall, orderRanks, quantileInterval } from "./order-interval.ts";

/** Both ranks by a scan over running sums of the binomial terms; tails of at most 2.5 %. */
function slowRanks(n: number, q: number): { low: number | null; high: number | null } {
  let term = (1 - q) ** n;
  let sum = 0;
  let low: number | null = null;
  let high: number | null = null;
  for (let k = 0; k < n; k++) {
    sum += term;
    if (sum <= 0.025) low = k + 1;
    if (high === null && sum >= 0.975) high = k + 1;
    term *= ((n - k) / (k + 1)) * (q / (1 - q));
  }
  return { low, high };
}

describe("orderRanks", () => {
  test("agrees with a scan over the binomial terms", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 5, max: 95 }), (n, percent) => {
        const slow = slowRanks(n, percent / 100);
        const fast = orderRanks(n, percent / 100);
        if (slow.low !== null && slow.high !== null) expect(fast).toEqual(slow);
        if (slow.low === null) expect(fast.low).toBeNull();
        if (slow.high === null) expect(fast.high).toBeNull();
      }),
    );
  });

  test("gives the known ranks", () => {
    // Median of 10: X(2)..X(9) covers 97.85 %; of 100: X(40)..X(61) covers 96.5 % (David & Nagaraja).
    expect(orderRanks(10, 0.5)).toEqual({ low: 2, high: 9 });
    expect(orderRanks(100, 0.5)).toEqual({ low: 40, high: 61 });
    expect(orderRanks(5, 0.5)).toEqual({ low: null, high: null });
    expect(orderRanks(6, 0.5)).toEqual({ low: 1, high: 6 });
  });

  test("leaves out the bound that n cannot give and makes the other one-sided", () => {
    const { low, high } = orderRanks(100, 0.99);
    expect(high).toBeNull();
    expect(binomialCdf(low! - 1, 100, 0.99)).toBeLessThanOrEqual(0.05);
    expect(binomialCdf(low!, 100, 0.99)).toBeGreaterThan(0.05);
    expect(orderRanks(368, 0.99).high).toBe(368);
    expect(orderRanks(367, 0.99).high).toBeNull();
  });

  test("covers at least 95 % with nearly equal tails for ten million", () => {
    for (const q of [0.5, 0.9, 0.95, 0.99, 0.999]) {
      const { low, high } = orderRanks(10_000_000, q);
      const below = binomialCdf(low! - 1, 10_000_000, q);
      const above = 1 - binomialCdf(high! - 1, 10_000_000, q);
      for (const tail of [below, above]) {
        expect(tail).toBeLessThanOrEqual(0.025);
        expect(tail).toBeGreaterThan(0.0245);
      }
    }
  });

  test("refuses the ends", () => {
    expect(() => orderRanks(10, 1)).toThrow(RangeError);
  });
});

describe("quantileInterval", () => {
  test("covers the true quantile of an exponential as often as it says", () => {
    const rng = rngFor(7, "coverage");
    const runs = 2000;
    for (const [n, q] of [
      [200, 0.5],
      [600, 0.99],
      [90, 0.9],
    ] as const) {
      const truth = -Math.log1p(-q);
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const sample = Float64Array.from({ length: n }, () => rng.exponential()).sort();
        const { low, high } = quantileInterval(sample, q);
        if (low! <= truth && truth <= high!) covered++;
      }
      // 95 % less three standard errors of the simulation; discreteness only adds to the coverage.
      expect(covered / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
      expect(covered / runs).toBeLessThan(0.985);
    }
  });

  test("covers as a one-sided bound too", () => {
    const rng = rngFor(8, "coverage");
    let covered = 0;
    for (let run = 0; run < 2000; run++) {
      const sample = Float64Array.from({ length: 100 }, () => rng.exponential()).sort();
      if (quantileInterval(sample, 0.99).low! <= -Math.log(0.01)) covered++;
    }
    expect(covered / 2000).toBeGreaterThan(0.935);
  });

  test("always holds the estimate", () => {
    const sample = Float64Array.of(1, 2);
    expect(quantileInterval(sample, 0.99)).toEqual({ low: 1.99, high: null });
    expect(quantileInterval(new Float64Array(), 0.5)).toEqual({ low: null, high: null });
  });
});

test("isSmall asks for five samples beyond the quantile", () => {
  expect(isSmall(10, 0.5)).toBe(false);
  expect(isSmall(9, 0.5)).toBe(true);
  expect(isSmall(500, 0.99)).toBe(false);
  expect(isSmall(499, 0.99)).toBe(true);
  expect(isSmall(5000, 0.999)).toBe(false);
  expect(isSmall(4999, 0.999)).toBe(true);
});
