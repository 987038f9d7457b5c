import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { autoregression } from "./series.fake.ts";
import { driftTest } from "./trend.ts";

/** Means over `length` values each of a random walk with a drift. */
function walk(seed: number, points: number, length: number, drift: number): Float64Array {
  const rng = rngFor(seed, "walk");
  let at = 0;
  return Float64Array.from({ length: points }, () => {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      at += drift + rng.normal();
      sum += at;
    }
    return sum / length;
  });
}

function share(runs: number, is: (seed: number) => boolean): number {
  let count = 0;
  for (let seed = 0; seed < runs; seed++) if (is(seed)) count++;
  return count / runs;
}

test("by hand", () => {
  // Steps 1, 2, 3: mean 2, sample variance 1; error √(1.5 · 1 / 3); t with 2 degrees is 4.3027 at 95 %.
  const { slopePerS, low, high, pValue, points } = driftTest(Float64Array.of(0, 1, 3, 6), 0.5);
  expect([slopePerS, points]).toEqual([4, 4]);
  expect(high - slopePerS).toBeCloseTo(4.30265 * 2 * Math.sqrt(0.5), 3);
  expect(slopePerS - low).toBeCloseTo(high - slopePerS, 12);
  // t = 2 / √0.5 = 2.828; with 2 degrees P(T > t) = (1 - t / √(2 + t²)) / 2.
  expect(pValue).toBeCloseTo((1 - Math.sqrt(8 / 10)) / 2, 9);
});

test("a random walk has a drift as often as the p-value says, or less", () => {
  for (const points of [10, 24]) {
    expect(share(2000, (seed) => driftTest(walk(seed, points, 20, 0), 1).pValue < 0.05)).toBeLessThan(0.065);
    expect(share(2000, (seed) => driftTest(walk(seed, points, 20, 0), 1).pValue < 0.005)).toBeLessThan(0.01);
  }
});

test("the interval covers the drift of a random walk", () => {
  const covered = share(2000, (seed) => {
    const { low, high } = driftTest(walk(seed, 20, 10, 0.5), 1);
    return low <= 5 && 5 <= high;
  });
  expect(covered).toBeGreaterThan(0.93);
  expect(covered).toBeLessThan(0.985);
});

test("a level with noise, dependent or not, next to never has a drift", () => {
  for (const phi of [0, 0.9]) {
    const isFound = (seed: number) =>
      driftTest(autoregression(rngFor(seed, "ar"), 24, phi), 1).pValue < 0.005;
    expect(share(1000, isFound)).toBeLessThan(0.005);
  }
});

test("a drift of as much a step as its steps vary is found in 20 of them", () => {
  expect(share(500, (seed) => driftTest(walk(seed, 20, 1, 1.5), 1).pValue < 0.005)).toBeGreaterThan(0.9);
});

test("one burst is no drift, and a straight line is", () => {
  const burst = Float64Array.from({ length: 20 }, (_, i) => (i < 12 ? 0 : 100) + (i % 3));
  expect(driftTest(burst, 1).pValue).toBeGreaterThan(0.1);
  expect(driftTest(Float64Array.of(1, 2, 3, 4), 1).pValue).toBe(0);
  expect(driftTest(new Float64Array(4).fill(7), 1)).toMatchObject({
    slopePerS: 0,
    low: 0,
    high: 0,
    pValue: 1,
  });
  expect(driftTest(Float64Array.of(4, 3, 2, 1), 1).pValue).toBe(1);
});

test("needs three means", () => {
  expect(() => driftTest(Float64Array.of(1, 2), 1)).toThrow("2 means are too few");
});
