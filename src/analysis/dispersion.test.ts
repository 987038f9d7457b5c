import { expect, test } from "bun:test";
import { type Rng, rngFor } from "../core/rng.ts";
import { dispersion, expectedDispersion } from "./dispersion.ts";

/** Gamma gaps of mean 1 ms for shapes that are whole, or 1/2. */
function gamma(rng: Rng, shape: number): number {
  if (shape === 0.5) return rng.normal() ** 2;
  let sum = 0;
  for (let i = 0; i < shape; i++) sum += rng.exponential();
  return sum / shape;
}

function arrivals(seed: number, n: number, shape: number): Float64Array {
  const rng = rngFor(seed, "arrivals");
  let at = 0;
  return Float64Array.from({ length: n }, () => {
    at += gamma(rng, shape);
    return at;
  });
}

test("agrees with a sum by hand", () => {
  // Windows of 10 ms from 5: counts 3, 1, 2; what comes after 35 is left out.
  const result = dispersion([5, 6, 7, 20, 26, 27, 36], 10)!;
  expect([result.windows, result.meanPerWindow]).toEqual([3, 2]);
  expect(result.index).toBe(0.5);
  expect(result.expected).toBe(1);
  // chi-square with 2 degrees: 0.0506 and 7.3778.
  expect(result.low).toBeCloseTo(0.0506 / 2, 4);
  expect(result.high).toBeCloseTo(7.3778 / 2, 4);
});

test("19 of 20 schedules lie in their range: Poisson and gamma", () => {
  for (const shape of [0.5, 1, 4]) {
    let inside = 0;
    let mean = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { index, low, high } = dispersion(arrivals(seed, 4000, shape), 20, shape)!;
      if (low <= index && index <= high) inside++;
      mean += index / 300;
    }
    expect(inside / 300).toBeGreaterThan(0.91);
    expect(inside / 300).toBeLessThan(0.985);
    expect(mean / expectedDispersion(shape, 20)).toBeCloseTo(1, 1);
  }
});

test("tells bursty and even arrivals from Poisson", () => {
  const bursty = dispersion(arrivals(1, 4000, 0.5), 20)!;
  expect(bursty.index).toBeGreaterThan(bursty.high);
  const even = dispersion(arrivals(1, 4000, 4), 20)!;
  expect(even.index).toBeLessThan(even.low);
});

test("tends to 1/burstiness in long windows", () => {
  expect(expectedDispersion(1, 10)).toBe(1);
  expect(expectedDispersion(4, 1e9)).toBeCloseTo(0.25, 9);
  expect(expectedDispersion(4, 20)).toBeCloseTo(0.25 + (1 - 1 / 16) / 120, 12);
});

test("needs two windows", () => {
  expect(dispersion([], 10)).toBeNull();
  expect(dispersion([0, 19], 10)).toBeNull();
  expect(dispersion([0, 20], 10)!.windows).toBe(2);
  expect(() => dispersion([0, 20], 0)).toThrow(RangeError);
  expect(() => dispersion([0, 20], 10, 0)).toThrow(RangeError);
});
