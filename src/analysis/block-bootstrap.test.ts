import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { blockBootstrap } from "./block-bootstrap.ts";
import { moments } from "./describe.ts";
import { quantileInterval } from "./order-interval.ts";
import { quantile } from "./quantile.ts";
import { autoregression, latencies } from "./series.fake.ts";

function bootstrap(values: ArrayLike<number>, clusters: number[] | null = null) {
  const series = Float64Array.from(values);
  const sorted = series.slice().sort();
  return { ...blockBootstrap({ values: series, sorted, mean: moments(sorted).mean, clusters }), sorted };
}

const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;

test("independent values get about the intervals of independent values", () => {
  let [ofQuantile, ofMean] = [0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const values = latencies(seed, 2000);
    const result = bootstrap(values);
    ofQuantile += width(result.quantile(0.9)) / width(quantileInterval(result.sorted, 0.9)) / 40;
    ofMean += width(result.mean) / ((2 * 1.96 * moments(values).sd!) / Math.sqrt(2000)) / 40;
  }
  expect(ofQuantile).toBeCloseTo(1, 1);
  expect(ofMean).toBeCloseTo(1, 1);
});

test("dependence widens them by as much as theory says", () => {
  // AR(1) normals: the variance of a mean is (1 + φ) / (1 - φ) times that of independent values, here 4.
  let ratio = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { mean } = bootstrap(autoregression(rngFor(seed, "ar"), 5000, 0.6));
    ratio += width(mean) / ((2 * 1.96 * 2) / Math.sqrt(5000)) / 40;
  }
  expect(ratio).toBeCloseTo(1, 1);
});

test("no bound goes past what the sample is worth", () => {
  // 400 independent values bound p99; 400 of a series with long dependence do not.
  expect(quantileInterval(bootstrap(latencies(1, 400)).sorted, 0.99).high).not.toBeNull();
  const dependent = bootstrap(latencies(1, 400, 0.9));
  expect(dependent.quantile(0.99).high).toBeNull();
  expect(dependent.quantile(0.99).low).not.toBeNull();
  expect(dependent.quantile(0.5).high).not.toBeNull();
});

test("the bounds are values of the sample's range around the estimate", () => {
  const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 80 });
  fc.assert(
    fc.property(sample, fc.integer({ min: 1, max: 999 }), (values, permille) => {
      const { sorted, quantile: intervalOf } = bootstrap(values);
      const { low, high } = intervalOf(permille / 1000);
      const estimate = quantile(sorted, permille / 1000)!;
      if (low !== null) expect(low).toBeLessThanOrEqual(estimate);
      if (high !== null) expect(high).toBeGreaterThanOrEqual(estimate);
      if (low !== null) expect(low).toBeGreaterThanOrEqual(sorted[0]!);
      if (high !== null) expect(high).toBeLessThanOrEqual(sorted.at(-1)!);
    }),
  );
});

test("whole clusters are drawn: copies of a value within a request add no knowledge", () => {
  const once = latencies(5, 300);
  const copied = Float64Array.from({ length: 3000 }, (_, i) => once[Math.floor(i / 10)]!);
  const starts = Array.from({ length: 300 }, (_, i) => 10 * i);
  const whole = bootstrap(copied, starts);
  expect(width(whole.mean) / width(bootstrap(once).mean)).toBeCloseTo(1, 6);
  expect(width(whole.quantile(0.9)) / width(bootstrap(once).quantile(0.9))).toBeCloseTo(1, 1);
});

test("one cluster has no interval, equal values have one without width", () => {
  expect(bootstrap([1, 2, 3], [0]).mean).toEqual({ low: null, high: null });
  expect(bootstrap([1, 2, 3], [0]).quantile(0.5)).toEqual({ low: null, high: null });
  const equal = bootstrap(new Float64Array(100).fill(3));
  expect(equal.mean).toEqual({ low: 3, high: 3 });
  expect(equal.quantile(0.5)).toEqual({ low: 3, high: 3 });
});
