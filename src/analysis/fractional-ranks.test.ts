import { expect, test } from "bun:test";
import fc from "fast-check";
import { fractionalRanks } from "./fractional-ranks.ts";
import { orderRanks } from "./order-interval.ts";

test("whole ranks are the next ones outside the fractional ranks", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 999 }), (n, permille) => {
      const whole = orderRanks(n, permille / 1000);
      const { low, high } = fractionalRanks(n, permille / 1000);
      expect([low === null, high === null]).toEqual([whole.low === null, whole.high === null]);
      if (low !== null) {
        expect(low * (n + 1)).toBeGreaterThan(whole.low! - 1e-6);
        expect(low * (n + 1)).toBeLessThan(whole.low! + 1 + 1e-6);
      }
      if (high !== null) {
        expect(high * (n + 1)).toBeLessThan(whole.high! + 1e-6);
        expect(high * (n + 1)).toBeGreaterThan(whole.high! - 1 - 1e-6);
      }
    }),
  );
});

test("the bounds hold the quantile, close in with n, and take any n", () => {
  let width = 1;
  for (const n of [10, 10.5, 40.25, 1000.75, 1e6]) {
    const { low, high } = fractionalRanks(n, 0.5);
    expect(low! + high!).toBeCloseTo(1, 9);
    expect(high! - low!).toBeLessThan(width);
    width = high! - low!;
  }
  // Normal limit: 2 · 1.96 · √(q (1-q) / n).
  expect(width).toBeCloseTo(0.00196, 6);
});

test("n that is too small has no bound, and leaves 5 % to the other one", () => {
  expect(fractionalRanks(1, 0.5)).toEqual({ low: null, high: null });
  // 0.99^299 = 4.95 %, so that 299 values are the fewest with an upper bound at all; 368 (2.48 %) with both tails.
  expect(fractionalRanks(200, 0.99).high).toBeNull();
  expect(fractionalRanks(367, 0.99).high).toBeNull();
  expect(fractionalRanks(368, 0.99).high).not.toBeNull();
  const twoSided = fractionalRanks(368, 0.99).low!;
  expect(fractionalRanks(367, 0.99).low!).toBeGreaterThan(twoSided);
});
