import { expect, test } from "bun:test";
import { describe } from "./describe.ts";
import { type Estimate, isNarrow, nextLook, relativeHalfWidth } from "./sequential.ts";
import { latencies } from "./series.fake.ts";

test("half the interval over the estimate", () => {
  expect(relativeHalfWidth({ value: 200, low: 190, high: 210 })).toBe(0.05);
  expect(relativeHalfWidth({ value: -200, low: -220, high: -200 })).toBe(0.05);
  expect(isNarrow({ value: 200, low: 190, high: 210 }, 0.05)).toBe(true);
  expect(isNarrow({ value: 200, low: 189, high: 210 }, 0.05)).toBe(false);
});

test("what is not known is not narrow", () => {
  for (const unknown of [
    { value: 200, low: 199, high: null },
    { value: 200, low: null, high: 201 },
    { value: 0, low: 0, high: 0 },
    { value: 200, low: 199, high: 201, small: true },
  ]) {
    expect(isNarrow(unknown, 0.5)).toBe(false);
  }
});

test("looks at 100 and as the sample has grown by a quarter", () => {
  const looks: number[] = [];
  for (let n = nextLook(0); n < 400; n = nextLook(n)) looks.push(n);
  expect(looks).toEqual([100, 125, 157, 197, 247, 309, 387]);
});

/**
 * The proof that stopping at a narrow interval leaves it about as good as it says: how many of 400 simulated runs stop with an interval
 * that covers the truth, and after how many values (mean). Of 400 a share of 94 % is uncertain by 1.2 % (sd).
 */
function stopped(phi: number, share: number, truth: number, estimateOf: (values: Float64Array) => Estimate) {
  const runs = 400;
  let [covered, values] = [0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const series = latencies(seed, 12_000, phi);
    let n = nextLook(0);
    let estimate = estimateOf(series.subarray(0, n));
    while (!isNarrow(estimate, share)) {
      n = nextLook(n);
      if (n > series.length) throw new Error(`not narrow within ${series.length} values`);
      estimate = estimateOf(series.subarray(0, n));
    }
    if (estimate.low! <= truth && truth <= estimate.high!) covered++;
    values += n;
  }
  return { coverage: covered / runs, values: values / runs };
}

const mean = (values: Float64Array): Estimate => {
  const { mean: value, meanLow, meanHigh } = describe(values)!;
  return { value, low: meanLow, high: meanHigh };
};
const p99 = (values: Float64Array): Estimate => describe(values)!.quantiles.p99;
const MEAN = Math.exp(0.125);
const P99 = Math.exp(0.5 * 2.3263478740408408);

test.each([
  ["mean, independent", 0, 0.1, MEAN, mean],
  ["mean, AR(1) 0.6", 0.6, 0.1, MEAN, mean],
  ["p99, independent", 0, 0.15, P99, p99],
  ["p99, AR(1) 0.6", 0.6, 0.2, P99, p99],
] as const)(
  "an interval at the stop covers the truth nearly as often as any: %s",
  (_, phi, share, truth, of) => {
    const { coverage, values } = stopped(phi, share, truth, of);
    expect(coverage).toBeGreaterThanOrEqual(0.91);
    expect(coverage).toBeLessThanOrEqual(0.98);
    expect(values).toBeLessThan(3000);
  },
);
