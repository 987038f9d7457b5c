import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { blockVariance } from "./block-variance.ts";
import { autoregression } from "./series.fake.ts";

function centred(values: ArrayLike<number>): Float64Array {
  const series = Float64Array.from(values);
  const mean = series.reduce((a, b) => a + b, 0) / series.length;
  return series.map((value) => value - mean);
}

/** From the definition: every start, every value of its block. */
function slowVariance(series: Float64Array, length: number): number {
  let squares = 0;
  for (let start = 0; start < series.length; start++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += series[(start + i) % series.length]!;
    squares += sum * sum;
  }
  return squares / length;
}

test("agrees with the definition", () => {
  const cases = fc
    .array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 40 })
    .chain((values) => fc.tuple(fc.constant(values), fc.integer({ min: 1, max: values.length })));
  fc.assert(
    fc.property(cases, ([values, length]) => {
      const series = centred(values);
      expect(blockVariance(series, length)).toBeCloseTo(slowVariance(series, length), 6);
    }),
  );
});

test("is what resampling tends to", () => {
  const rng = rngFor(1, "resampling");
  const series = centred(autoregression(rng, 400, 0.6));
  const length = 20;
  let squares = 0;
  for (let resample = 0; resample < 20_000; resample++) {
    let total = 0;
    for (let block = 0; block < 400 / length; block++) {
      const start = rng.below(400);
      for (let i = 0; i < length; i++) total += series[(start + i) % 400]!;
    }
    squares += total * total;
  }
  // The standard error of a variance from 20,000 totals is 1 %.
  expect(squares / 20_000 / blockVariance(series, length)).toBeCloseTo(1, 1);
});

test("blocks of one value give the variance of independent values, other lengths are refused", () => {
  expect(blockVariance(Float64Array.of(-1, 1, -1, 1), 1)).toBe(4);
  for (const length of [0, 1.5, 5])
    expect(() => blockVariance(new Float64Array(4), length)).toThrow(RangeError);
});
