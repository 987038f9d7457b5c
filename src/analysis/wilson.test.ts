import { expect, test } from "bun:test";
import fc from "fast-check";
import { wilson } from "./wilson.ts";

test("agrees with published values", () => {
  // Newcombe (1998), table I, method 3.
  const within = (successes: number, n: number, low: number, high: number) => {
    const result = wilson(successes, n);
    expect(result.low!).toBeCloseTo(low, 4);
    expect(result.high!).toBeCloseTo(high, 4);
  };
  within(81, 263, 0.2553, 0.3662);
  within(15, 148, 0.0624, 0.1605);
  within(0, 20, 0, 0.1611);
  within(1, 29, 0.0061, 0.1718);
});

test("is exact at none and at all, and null for no trials", () => {
  expect(wilson(0, 50).low).toBe(0);
  expect(wilson(50, 50).high).toBe(1);
  expect(wilson(0, 0)).toEqual({ value: null, low: null, high: null });
  expect(() => wilson(3, 2)).toThrow(RangeError);
});

/** The bounds are where |value - p| = z √(p(1-p)/n): found by bisection instead of the closed form. */
function slowBound(successes: number, n: number, side: -1 | 1): number {
  const value = successes / n;
  let [inside, outside] = [value, side < 0 ? 0 : 1];
  for (let i = 0; i < 200; i++) {
    const p = (inside + outside) / 2;
    if (Math.abs(value - p) <= 1.959963984540054 * Math.sqrt((p * (1 - p)) / n)) inside = p;
    else outside = p;
  }
  return inside;
}

test("agrees with the inverted score test", () => {
  const counts = fc.integer({ min: 1, max: 100_000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
  fc.assert(
    fc.property(counts, ([successes, n]) => {
      const { value, low, high } = wilson(successes, n);
      expect(low!).toBeLessThanOrEqual(value!);
      expect(high!).toBeGreaterThanOrEqual(value!);
      if (successes > 0) expect(low!).toBeCloseTo(slowBound(successes, n, -1), 9);
      if (successes < n) expect(high!).toBeCloseTo(slowBound(successes, n, 1), 9);
    }),
  );
});
