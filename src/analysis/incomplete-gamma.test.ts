import { expect, test } from "bun:test";
import fc from "fast-check";
import { regularizedGamma } from "./incomplete-gamma.ts";

test("agrees with scipy.special.gammainc and gammaincc 1.17", () => {
  for (const [a, x, lower, upper] of [
    [0.5, 0.1, 0.34527915398142317, 0.6547208460185768],
    [1, 2, 0.8646647167633873, 0.1353352832366127],
    [2.5, 1, 0.15085496391539038, 0.8491450360846096],
    [0.25, 3, 0.9949891040512917, 0.005010895948708311],
    [10, 20, 0.9950045876916924, 0.0049954123083075785],
    [100, 90, 0.15822098918643007, 0.84177901081357],
    [1e4, 10100, 0.8413487504471796, 0.15865124955282037],
    [1e6, 999000, 0.15865521357430365, 0.8413447864256963],
  ] as const) {
    const tails = regularizedGamma(a, x);
    expect(tails.lower / lower).toBeCloseTo(1, 11);
    expect(tails.upper / upper).toBeCloseTo(1, 11);
  }
  expect(regularizedGamma(3, 50).upper / 2.509303552201055e-19).toBeCloseTo(1, 11);
});

test("whole shapes give the Poisson distribution", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (a, x) => {
      let term = Math.exp(-x);
      let sum = 0;
      for (let k = 0; k < a; k++) {
        sum += term;
        term *= x / (k + 1);
      }
      expect(regularizedGamma(a, x).upper).toBeCloseTo(sum, 11);
    }),
  );
});

test("both tails rise and fall with x and sum to 1", () => {
  const x = fc.double({ min: 0, max: 1000, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), x, x, (a, one, other) => {
      const [below, above] = [
        regularizedGamma(a, Math.min(one, other)),
        regularizedGamma(a, Math.max(one, other)),
      ];
      expect(above.lower).toBeGreaterThanOrEqual(below.lower - 1e-13);
      expect(above.upper).toBeLessThanOrEqual(below.upper + 1e-13);
      expect(below.lower + below.upper).toBeCloseTo(1, 13);
    }),
  );
});

test("ends at 0 and 1, and refuses what has no value", () => {
  expect(regularizedGamma(2, 0)).toEqual({ lower: 0, upper: 1 });
  expect(regularizedGamma(2, -1)).toEqual({ lower: 0, upper: 1 });
  expect(regularizedGamma(2, Number.POSITIVE_INFINITY)).toEqual({ lower: 1, upper: 0 });
  expect(regularizedGamma(2, 1e6)).toEqual({ lower: 1, upper: 0 });
  for (const [a, x] of [
    [0, 1],
    [-1, 1],
    [Number.NaN, 1],
    [1, Number.NaN],
  ] as const) {
    expect(() => regularizedGamma(a, x)).toThrow(RangeError);
  }
});
