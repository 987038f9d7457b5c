import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { describe as describeValues } from "./describe.ts";
import { describeHistogram } from "./describe-histogram.ts";
import { LogHistogram } from "./log-histogram.ts";

test("counts say what their values say, to 0.1 %, without intervals", () => {
  const rng = rngFor(1, "gaps");
  const values = Float64Array.from({ length: 20_000 }, () => 10 * rng.exponential());
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  const [exact, counted] = [describeValues(values)!, describeHistogram(histogram)!];
  expect([counted.n, counted.min, counted.max]).toEqual([exact.n, exact.min, exact.max]);
  const near = (a: number, b: number) => expect(Math.abs(a / b - 1)).toBeLessThan(0.001);
  near(counted.mean, exact.mean);
  near(counted.sd!, exact.sd!);
  for (const [name, { value, small }] of Object.entries(exact.quantiles)) {
    const found = counted.quantiles[name as "p50"];
    near(found.value, value);
    expect(found).toMatchObject({ low: null, high: null, small });
  }
  expect(counted.intervals).toBe("none");
});

test("no values are no distribution", () => {
  expect(describeHistogram(new LogHistogram())).toBeNull();
});
