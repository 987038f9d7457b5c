import { expect, test } from "bun:test";
import fc from "fast-check";
import { exponentialCdf, gammaCdf } from "./gap-distribution.ts";

test("shape 1 is exponential", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (gapMs) => {
      expect(gammaCdf(1, 40)(gapMs)).toBeCloseTo(exponentialCdf(40)(gapMs), 12);
    }),
  );
});

test("keeps the mean and has a squared coefficient of variation of 1/shape", () => {
  for (const shape of [0.25, 1, 4]) {
    const cdf = gammaCdf(shape, 10);
    // E[X] = ∫ (1 - F), E[X²] = ∫ 2x (1 - F), by the midpoint rule.
    let [mean, square] = [0, 0];
    const step = 0.01;
    for (let x = step / 2; x < 600; x += step) {
      mean += (1 - cdf(x)) * step;
      square += 2 * x * (1 - cdf(x)) * step;
    }
    expect(mean).toBeCloseTo(10, 1);
    expect((square - mean * mean) / (mean * mean)).toBeCloseTo(1 / shape, 1);
  }
});

test("no gap is below 0", () => {
  for (const cdf of [exponentialCdf(10), gammaCdf(0.5, 10)]) expect([cdf(-1), cdf(0)]).toEqual([0, 0]);
});
