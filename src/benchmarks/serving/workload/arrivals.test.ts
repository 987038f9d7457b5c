import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../../../core/rng.ts";
import { arrivalTimes } from "./arrivals.ts";

const arrivals = (ratePerS: number, count: number | null, durationMs: number | null, seed = 1) =>
  arrivalTimes({ kind: "poisson", ratePerS }, { count, durationMs }, rngFor(seed, "arrivals"));

const gapsOf = (offsets: Float64Array) =>
  Array.from(offsets, (at, i) => at - (i === 0 ? 0 : offsets[i - 1]!));

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Largest distance between the share of gaps up to x and what an exponential distribution has. */
function distanceToExponential(gaps: readonly number[], meanMs: number): number {
  const sorted = gaps.toSorted((a, b) => a - b);
  const n = sorted.length;
  return Math.max(
    ...sorted.map((gap, i) => {
      const expected = -Math.expm1(-gap / meanMs);
      return Math.max(expected - i / n, (i + 1) / n - expected);
    }),
  );
}

describe("what comes first, number or time, ends it", () => {
  test("a number", () => {
    expect(arrivals(100, 50, null)).toHaveLength(50);
    expect(arrivals(100, 0, null)).toHaveLength(0);
  });

  test("a time: all offsets lie before it, and the next one would not", () => {
    const offsets = arrivals(100, null, 1000);
    expect(offsets.at(-1)).toBeLessThan(1000);
    expect(arrivals(100, offsets.length + 1, null).at(-1)).toBeGreaterThanOrEqual(1000);
  });

  test("both", () => {
    expect(arrivals(100, 5, 1_000_000)).toHaveLength(5);
    const byTime = arrivals(100, 1_000_000, 500);
    expect(byTime).toEqual(arrivals(100, null, 500));
    expect(byTime.length).toBeLessThan(1_000_000);
  });

  test("a short time at a low rate may be over before the first request", () => {
    expect(arrivals(0.001, null, 1)).toHaveLength(0);
  });

  test("a longer limit only adds requests at the end", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 200 }),
        (seed, n, more) => {
          const [short, long] = [arrivals(20, n, null, seed), arrivals(20, n + more, null, seed)];
          expect(long.subarray(0, n)).toEqual(short);
        },
      ),
    );
  });
});

test("inf puts all at 0", () => {
  expect(arrivals(Number.POSITIVE_INFINITY, 4, null)).toEqual(new Float64Array(4));
});

test("offsets ascend from above 0, for any rate", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (seed, rate) => {
      for (const gap of gapsOf(arrivals(rate, 50, null, seed))) expect(gap).toBeGreaterThan(0);
    }),
  );
});

test("the same seed gives the same schedule, byte for byte, and the rate only stretches it", () => {
  expect(arrivals(20, 100, null, 5)).toEqual(arrivals(20, 100, null, 5));
  expect(arrivals(20, 100, null, 5)).not.toEqual(arrivals(20, 100, null, 6));
  const [slow, fast] = [arrivals(10, 100, null, 5), arrivals(40, 100, null, 5)];
  for (const [i, at] of slow.entries()) expect(at / fast[i]!).toBeCloseTo(4, 9);
});

describe("is a Poisson process: over 20 seeds", () => {
  const RATE = 50;
  const MEAN_MS = 1000 / RATE;
  const N = 5000;
  const runs = Array.from({ length: 20 }, (_, seed) => gapsOf(arrivals(RATE, N, null, seed)));

  test("gaps have the mean 1/rate", () => {
    for (const gaps of runs) {
      expect(Math.abs(mean(gaps) / MEAN_MS - 1)).toBeLessThan(5 / Math.sqrt(N));
    }
    expect(Math.abs(mean(runs.flat()) / MEAN_MS - 1)).toBeLessThan(5 / Math.sqrt(20 * N));
  });

  test("gaps have the variance 1/rate²", () => {
    for (const gaps of runs) {
      const variance = mean(gaps.map((gap) => (gap / MEAN_MS - 1) ** 2));
      // Of exponential gaps, (x - 1)² has the variance 8.
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(8 / N));
    }
  });

  test("gaps are exponential, by the Kolmogorov-Smirnov distance", () => {
    for (const gaps of runs) {
      // P(D > 2.3 / √n) is about 2 exp(-2 × 2.3²) = 5 × 10^-5.
      expect(distanceToExponential(gaps, MEAN_MS)).toBeLessThan(2.3 / Math.sqrt(N));
    }
    expect(distanceToExponential(runs.flat(), MEAN_MS)).toBeLessThan(2.3 / Math.sqrt(20 * N));
  });

  test("the Kolmogorov-Smirnov distance does tell: constant and uniform gaps fail it", () => {
    const rng = rngFor(1, "other");
    const constant = new Array<number>(N).fill(MEAN_MS);
    const uniform = Array.from({ length: N }, () => rng.uniform() * 2 * MEAN_MS);
    for (const gaps of [constant, uniform]) {
      expect(distanceToExponential(gaps, MEAN_MS)).toBeGreaterThan(2.3 / Math.sqrt(N));
    }
  });

  test("a gap says nothing of the next one", () => {
    for (const gaps of runs) {
      const centred = gaps.map((gap) => gap / MEAN_MS - 1);
      const correlation = mean(centred.slice(1).map((x, i) => x * centred[i]!));
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(N));
    }
  });

  test("counts in windows have the variance of their mean", () => {
    const windowMs = 200;
    for (let seed = 0; seed < 20; seed++) {
      const windows = 1000;
      const counts = new Array<number>(windows).fill(0);
      for (const at of arrivals(RATE, null, windows * windowMs, seed)) counts[Math.floor(at / windowMs)]!++;
      const average = mean(counts);
      const dispersion = mean(counts.map((n) => (n - average) ** 2)) / average;
      // The index of dispersion of n Poisson counts has the standard deviation √(2/n).
      expect(Math.abs(dispersion - 1)).toBeLessThan(5 * Math.sqrt(2 / windows));
    }
  });
});
