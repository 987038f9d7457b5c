import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { lag1Autocorrelation, serialDependence } from "./autocorrelation.ts";
import { autoregression } from "./series.fake.ts";

test("agrees with a sum by hand", () => {
  // Mean 2: deviations -1, 0, 1, 0; products 0 + 0 + 0; alternating signs: -1 · 3 / 4.
  expect(lag1Autocorrelation([1, 2, 3, 2])).toBe(0);
  expect(lag1Autocorrelation([1, -1, 1, -1])).toBe(-0.75);
  expect(lag1Autocorrelation([0, 0, 1, 1])).toBe(0.25);
});

test("is not defined without two different values", () => {
  for (const series of [[], [5], [3, 3, 3], [0.1, 0.1, 0.1]]) expect(lag1Autocorrelation(series)).toBeNull();
});

test("lies in [-1, 1] and knows neither unit nor direction", () => {
  const series = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(series, (values) => {
      const result = lag1Autocorrelation(values);
      if (result === null) return;
      expect(Math.abs(result)).toBeLessThanOrEqual(1);
      expect(lag1Autocorrelation(values.map((v) => 7 * v + 3))!).toBeCloseTo(result, 9);
      expect(lag1Autocorrelation([...values].reverse())!).toBeCloseTo(result, 9);
    }),
  );
});

test("finds the coefficient of an AR(1) series", () => {
  for (const phi of [-0.4, 0, 0.3, 0.9]) {
    expect(lag1Autocorrelation(autoregression(rngFor(1, "ar"), 20_000, phi))!).toBeCloseTo(phi, 1);
  }
});

test("one outlier hides dependence from the values, but not from their sides of the median", () => {
  const series = autoregression(rngFor(2, "ar"), 1000, 0.6);
  series[500] = 200;
  expect(lag1Autocorrelation(series)!).toBeLessThan(0.1);
  expect(serialDependence(series, 0)!).toBeGreaterThan(0.3);
  expect(serialDependence(Float64Array.of(1, 1), 1)).toBeNull();
});
