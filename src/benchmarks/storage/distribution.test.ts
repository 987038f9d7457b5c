import { expect, test } from "bun:test";
import { rngFor } from "../../core/rng.ts";
import { type Distribution, distributionText, drawFrom, parseDistribution } from "./distribution.ts";

test("a text reads back as it was written", () => {
  for (const text of ["10", "0.4", "uniform:5,15", "normal:10,2", "lognormal:10,2", "exponential:10"]) {
    expect(distributionText(parseDistribution(text)!)).toBe(text);
  }
  expect(parseDistribution("uniform: 5, 15")).toEqual({ kind: "uniform", min: 5, max: 15 });
});

test.each(["", "-1", "a", "normal:10", "normal:10,2,3", "uniform:5,1", "lognormal:0,1", "gamma:1,2", "1,2"])(
  "%p is no distribution",
  (text) => expect(parseDistribution(text)).toBeNull(),
);

test.each<[Distribution, number, number]>([
  [{ kind: "fixed", value: 7 }, 7, 0],
  [{ kind: "uniform", min: 4, max: 10 }, 7, Math.sqrt(3)],
  [{ kind: "normal", mean: 20, sd: 2 }, 20, 2],
  [{ kind: "lognormal", mean: 5, sd: 1 }, 5, 1],
  [{ kind: "exponential", mean: 3 }, 3, 3],
])("%p has its mean and sd", (of, mean, sd) => {
  const n = 40_000;
  const values = Array.from({ length: n }, (_, i) => drawFrom(of, rngFor(1, "test", i)));
  const average = values.reduce((a, b) => a + b) / n;
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / n);
  // Six standard errors; the seed is fixed.
  expect(Math.abs(average - mean)).toBeLessThanOrEqual((6 * sd) / Math.sqrt(n) + 1e-9);
  expect(Math.abs(spread - sd)).toBeLessThanOrEqual(0.05 * sd);
});

test("nothing below 0 is drawn", () => {
  for (let i = 0; i < 1000; i++) {
    expect(drawFrom({ kind: "normal", mean: 1, sd: 5 }, rngFor(2, "test", i))).toBeGreaterThanOrEqual(0);
  }
});
