import { describe, expect, test } from "bun:test";
import { regularizedGamma } from "../../../analysis/incomplete-gamma.ts";
import { rngFor } from "../../../core/rng.ts";
import { drawGamma } from "./gamma.ts";

const N = 20_000;
const draws = (shape: number, n = N, seed = 1) => {
  const rng = rngFor(seed, `gamma ${shape}`);
  return Float64Array.from({ length: n }, () => drawGamma(shape, rng));
};

describe.each([0.1, 0.25, 0.5, 0.999, 1, 1.001, 2.5, 4, 50])("shape %d", (shape) => {
  test("has the mean and the variance of its shape", () => {
    const n = 200_000;
    const values = draws(shape, n);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    expect(Math.abs(mean / shape - 1)).toBeLessThan(5 / Math.sqrt(n * shape));
    // The fourth central moment is 3 shape² + 6 shape.
    expect(Math.abs(variance / shape - 1)).toBeLessThan(5 * Math.sqrt((2 + 6 / shape) / n));
  });

  test("is the gamma distribution, by the Kolmogorov-Smirnov distance", () => {
    const sorted = draws(shape).sort();
    let distance = 0;
    for (const [i, x] of sorted.entries()) {
      const expected = regularizedGamma(shape, x).lower;
      distance = Math.max(distance, expected - i / N, (i + 1) / N - expected);
    }
    // P(D > 2.3 / √n) is about 2 exp(-2 × 2.3²) = 5 × 10^-5.
    expect(distance).toBeLessThan(2.3 / Math.sqrt(N));
  });
});

test("is never negative, and a number however small the shape is", () => {
  for (const x of draws(0.001)) expect(x).toBeGreaterThanOrEqual(0);
  for (const x of draws(0.25)) expect(x).toBeGreaterThan(0);
});

test("of shape 1 is the exponential distribution, number by number", () => {
  const [a, b] = [rngFor(3, "x"), rngFor(3, "x")];
  for (let i = 0; i < 100; i++) expect(drawGamma(1, a)).toBe(b.exponential());
});
