import { expect, test } from "bun:test";
import fc from "fast-check";
import { blockLength } from "./block-length.ts";
import { latencies } from "./series.fake.ts";

function medianLength(n: number, phi: number): number {
  const lengths = Array.from({ length: 41 }, (_, seed) => blockLength(latencies(seed, n, phi)));
  return lengths.sort((a, b) => a - b)[20]!;
}

test("comes near the best length of an AR(1) series", () => {
  // Politis & White: G/g = 2φ / (1 - φ²), b = (1.5 (G/g)² n)^(1/3).
  for (const phi of [0.4, 0.6, 0.8]) {
    const best = Math.cbrt(1.5 * ((2 * phi) / (1 - phi * phi)) ** 2 * 2500);
    expect(medianLength(2500, phi) / best).toBeGreaterThan(0.8);
    expect(medianLength(2500, phi) / best).toBeLessThan(1.2);
  }
});

test("is short without dependence, and 1 where there is nothing to see", () => {
  expect(medianLength(2500, 0)).toBeLessThanOrEqual(3);
  expect(blockLength(new Float64Array())).toBe(1);
  expect(blockLength(new Float64Array(1000).fill(7))).toBe(1);
});

test("stays between 1 and a third of the series", () => {
  const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(series, (values) => {
      const length = blockLength(Float64Array.from(values));
      expect(Number.isInteger(length)).toBe(true);
      expect(length).toBeGreaterThanOrEqual(1);
      expect(length).toBeLessThanOrEqual(Math.max(1, values.length / 3));
    }),
  );
  // A trend is dependent at every lag.
  expect(blockLength(Float64Array.from({ length: 900 }, (_, i) => i))).toBeGreaterThan(50);
});

test("a long series goes in by sums of neighbours", () => {
  const best = Math.cbrt(1.5 * (1.2 / 0.64) ** 2 * 200_000);
  const length = blockLength(latencies(3, 200_000, 0.6));
  expect(length % 4).toBe(0);
  expect(length / best).toBeGreaterThan(0.7);
  expect(length / best).toBeLessThan(1.3);
});
