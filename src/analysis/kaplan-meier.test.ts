import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { quantile } from "./quantile.ts";

test("agrees with the remission times of Freireich et al. (1963), the textbooks' example", () => {
  const estimate = kaplanMeier(
    [6, 6, 6, 7, 10, 13, 16, 22, 23],
    [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
  );
  expect([estimate.n, estimate.censored]).toEqual([21, 12]);
  // S = 0.857 at 6, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538 at 22, 0.448 at 23, and no lower.
  expect(estimate.quantile(0.1)).toEqual({ value: 6, isLowerBound: false });
  expect(estimate.quantile(0.5)).toEqual({ value: 23, isLowerBound: false });
  // Not reached: more than 23, and with 25 for the one cut off at 25, 34.8.
  expect(estimate.quantile(0.6)).toEqual({ value: 23, isLowerBound: true });
  expect(estimate.quantile(0.99)!.value).toBeCloseTo(34.8, 12);
  expect(estimate.quantile(0.99)!.isLowerBound).toBe(true);
});

test("hands the weight of the unfinished to what came after", () => {
  // 1 of weight 1, the censored 2 hands on a half each: 3 and 4 stand for 1.5 copies each.
  const estimate = kaplanMeier([1, 3, 4], [2]);
  // Copies 1, 3 (1.5), 4 (1.5): positions 0, 1 to 1.5, then on to 4 from 2.5.
  expect(estimate.quantile(0)!.value).toBe(1);
  expect(estimate.quantile(1 / 3)!.value).toBeCloseTo(3, 12);
  expect(estimate.quantile(0.5)!.value).toBeCloseTo(3, 12);
  expect(estimate.quantile(2 / 3)!.value).toBeCloseTo(3.5, 12);
  expect(estimate.quantile(1)).toEqual({ value: 4, isLowerBound: false });
});

test("is the plain quantile without unfinished requests", () => {
  const sample = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const plain = quantile(Float64Array.from(values).sort(), q)!;
      expect(kaplanMeier(values, []).quantile(q)).toEqual({ value: plain, isLowerBound: false });
    }),
  );
});

test("those cut off later than everything else change only what lies beyond", () => {
  const values = Array.from({ length: 95 }, (_, i) => i + 1);
  const estimate = kaplanMeier(values, [200, 200, 200, 200, 300]);
  const whole = Float64Array.from([...values, 200, 200, 200, 200, 300]);
  for (const q of [0, 0.25, 0.5, 0.9, 0.94]) {
    expect(estimate.quantile(q)!.isLowerBound).toBe(false);
    expect(estimate.quantile(q)!.value).toBeCloseTo(quantile(whole, q)!, 9);
  }
  expect(estimate.quantile(0.99)!.isLowerBound).toBe(true);
  expect(estimate.quantile(0.99)!.value).toBeCloseTo(quantile(whole, 0.99)!, 9);
});

test("never falls as q grows, and a lower bound stays one", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 20 });
  fc.assert(
    fc.property(times, times, (observed, censored) => {
      fc.pre(observed.length + censored.length > 0);
      const estimate = kaplanMeier(observed, censored);
      let before = { value: Number.NEGATIVE_INFINITY, isLowerBound: false };
      for (let q = 0; q <= 1; q += 0.05) {
        const now = estimate.quantile(q)!;
        expect(now.value).toBeGreaterThanOrEqual(before.value - 1e-9);
        if (before.isLowerBound) expect(now.isLowerBound).toBe(true);
        before = now;
      }
    }),
  );
});

test("the mean: by weights where the largest is known, else a lower bound", () => {
  // 1 and 1.5 copies each of 3 and 4, as above.
  expect(kaplanMeier([1, 3, 4], [2]).mean()!.value).toBeCloseTo((1 + 1.5 * 3 + 1.5 * 4) / 4, 12);
  expect(kaplanMeier([1, 3, 4], [2]).mean()!.isLowerBound).toBe(false);
  expect(kaplanMeier([1, 2], [6]).mean()).toEqual({ value: 3, isLowerBound: true });
  expect(kaplanMeier([1, 2], [2]).mean()!.isLowerBound).toBe(true);
  // 1 stands for one, 10 for half of the other three, and what is left lasts longer than that.
  expect(kaplanMeier([1, 10], [5, 11]).mean()).toEqual({
    value: (1 + 1.5 * 10 + 1.5 * 10) / 4,
    isLowerBound: true,
  });
  expect(kaplanMeier([1, 2, 6], []).mean()).toEqual({ value: 3, isLowerBound: false });
  expect(kaplanMeier([], []).mean()).toBeNull();
});

test("finds the truth where dropping the unfinished does not", () => {
  const rng = rngFor(1, "censored");
  const observed: number[] = [];
  const censored: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const [latency, left] = [rng.exponential(), 4 * rng.uniform()];
    if (latency <= left) observed.push(latency);
    else censored.push(left);
  }
  const truth = -Math.log(0.1);
  expect(kaplanMeier(observed, censored).quantile(0.9)!.value / truth).toBeCloseTo(1, 1);
  expect(kaplanMeier(observed, censored).mean()!.value).toBeCloseTo(1, 1);
  expect(quantile(Float64Array.from(observed).sort(), 0.9)! / truth).toBeLessThan(0.9);
});

test("nothing finished is a lower bound, nothing at all is null", () => {
  expect(kaplanMeier([], [5, 8]).quantile(0.5)).toEqual({ value: 6.5, isLowerBound: true });
  expect(kaplanMeier([5], [5]).quantile(0.5)).toEqual({ value: 5, isLowerBound: true });
  expect(kaplanMeier([], []).quantile(0.5)).toBeNull();
  expect(() => kaplanMeier([Number.NaN], [])).toThrow(RangeError);
  expect(() => kaplanMeier([1], [Number.POSITIVE_INFINITY])).toThrow(RangeError);
  expect(() => kaplanMeier([1], [2]).quantile(99)).toThrow(RangeError);
});
