import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { stirlingError } from "./binomial-density.ts";
import { binomialCdf, regularizedBeta } from "./incomplete-beta.ts";

/** P(B ≤ k) with p = numerator / 1024 in whole numbers: exact up to the last division. */
function exactCdf(k: number, n: number, numerator: number): number {
  const p = BigInt(numerator);
  const failure = 1024n - p;
  let choose = 1n;
  let sum = 0n;
  for (let i = 0n; i <= BigInt(k); i++) {
    sum += choose * p ** i * failure ** (BigInt(n) - i);
    choose = (choose * (BigInt(n) - i)) / (i + 1n);
  }
  const scale = 10n ** 25n;
  return Number((sum * scale) / 1024n ** BigInt(n)) / 1e25;
}

describe("binomialCdf", () => {
  test("agrees with exact whole-number arithmetic", () => {
    const cases = fc
      .integer({ min: 1, max: 120 })
      .chain((n) => fc.tuple(fc.constant(n), fc.nat(n), fc.integer({ min: 1, max: 1023 })));
    fc.assert(
      fc.property(cases, ([n, k, numerator]) => {
        const exact = exactCdf(k, n, numerator);
        expect(Math.abs(binomialCdf(k, n, numerator / 1024) - exact)).toBeLessThan(1e-13);
      }),
      { numRuns: 300 },
    );
  });

  test("is 0 below the support and 1 from n on", () => {
    expect(binomialCdf(-1, 10, 0.5)).toBe(0);
    expect(binomialCdf(10, 10, 0.5)).toBe(1);
  });

  test("stays exact for ten million trials", () => {
    // Symmetry: for p = 1/2 and odd n, half of the mass lies at or below (n-1)/2.
    expect(binomialCdf(4_999_999, 9_999_999, 0.5)).toBeCloseTo(0.5, 10);
    // Poisson(1) is the limit of n p = 1; its distance at n = 1e7 is below 1e-7.
    expect(binomialCdf(1, 10_000_000, 1e-7)).toBeCloseTo(2 * Math.exp(-1), 7);
    // Near the mean, the central limit theorem with continuity correction: one sd above is Φ(1).
    const sd = Math.sqrt(1e7 * 0.99 * 0.01);
    expect(binomialCdf(9_900_000 + sd, 10_000_000, 0.99)).toBeCloseTo(0.8413, 2);
    expect(binomialCdf(0, 10_000_000, 0.5)).toBe(0);
    expect(binomialCdf(9_999_999, 10_000_000, 0.5)).toBe(1);
  });

  test("never falls as k grows", () => {
    for (const [n, p] of [
      [1000, 0.999],
      [100_000, 0.5],
    ] as const) {
      let before = 0;
      for (let k = Math.floor(n * p) - 40; k <= Math.min(n, n * p + 40); k++) {
        const now = binomialCdf(k, n, p);
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }
  });
});

test("regularizedBeta gives the closed forms", () => {
  for (const x of [0, 0.001, 0.3, 0.5, 0.77, 0.9999, 1]) {
    expect(regularizedBeta(x, 1, 1)).toBeCloseTo(x, 14);
    expect(regularizedBeta(x, 3, 1)).toBeCloseTo(x ** 3, 14);
    expect(regularizedBeta(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 14);
    expect(regularizedBeta(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 13);
  }
});

test("stirlingError gives the factorials back", () => {
  let logFactorial = 0;
  for (let n = 1; n <= 60; n++) {
    logFactorial += Math.log(n);
    const stirling = 0.5 * Math.log(2 * Math.PI * n) + n * Math.log(n) - n;
    expect(stirling + stirlingError(n)).toBeCloseTo(logFactorial, 11);
  }
  // Γ(3/2) = √π / 2
  const half = 0.5 * Math.log(Math.PI) + 0.5 * Math.log(0.5) - 0.5;
  expect(half + stirlingError(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI) / 2), 13);
});
