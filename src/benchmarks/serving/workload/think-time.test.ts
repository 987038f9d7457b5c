import { describe, expect, test } from "bun:test";
import { rngFor } from "../../../core/rng.ts";
import { drawThinkMs, parseThinkTime, type ThinkTime } from "./think-time.ts";

describe("written as", () => {
  test.each<[string, ThinkTime]>([
    ["2s", { kind: "constant", ms: 2000 }],
    ["0", { kind: "constant", ms: 0 }],
    ["1.5", { kind: "constant", ms: 1500 }],
    ["exponential:2s", { kind: "exponential", meanMs: 2000 }],
    ["uniform:1s-5s", { kind: "uniform", minMs: 1000, maxMs: 5000 }],
    ["uniform:0-250ms", { kind: "uniform", minMs: 0, maxMs: 250 }],
    ["lognormal:2s,500ms", { kind: "lognormal", meanMs: 2000, sdMs: 500 }],
  ])("%s", (text, think) => {
    expect(parseThinkTime(text)).toEqual(think);
  });

  test.each([
    "",
    "s",
    "-1s",
    "constant:2s",
    "gamma:2s",
    "exponential",
    "exponential:",
    "exponential:0",
    "exponential:1s,2s",
    "exponential: 2s",
    "uniform:5s",
    "uniform:5s-1s",
    "uniform:2s-2s",
    "uniform:1s-2s-3s",
    "uniform:1s,2s",
    "lognormal:2s",
    "lognormal:0,1s",
    "lognormal:2s,0",
    "lognormal:2s,1s,1s",
    "lognormal:2s-1s",
    "Exponential:2s",
    "2s ",
    "2s\n",
  ])("not %j", (text) => {
    expect(parseThinkTime(text)).toBeUndefined();
  });
});

describe("drawn", () => {
  const N = 20_000;
  const draws = (think: ThinkTime) => {
    const rng = rngFor(3, "think");
    return Array.from({ length: N }, () => drawThinkMs(think, rng));
  };
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const sd = (values: readonly number[]) => {
    const m = mean(values);
    return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
  };

  test("constant is always the same", () => {
    expect(new Set(draws({ kind: "constant", ms: 7.5 }))).toEqual(new Set([7.5]));
  });

  // Means within 5 standard errors; the seed is fixed.
  test.each<[ThinkTime, number, number]>([
    [{ kind: "exponential", meanMs: 2000 }, 2000, 2000],
    [{ kind: "uniform", minMs: 1000, maxMs: 5000 }, 3000, 4000 / Math.sqrt(12)],
    [{ kind: "lognormal", meanMs: 2000, sdMs: 1000 }, 2000, 1000],
  ])("%j has its mean and its sd", (think, expectedMean, expectedSd) => {
    const values = draws(think);
    expect(Math.abs(mean(values) - expectedMean)).toBeLessThan((5 * expectedSd) / Math.sqrt(N));
    expect(Math.abs(sd(values) / expectedSd - 1)).toBeLessThan(0.1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  });

  test("uniform keeps its bounds", () => {
    const values = draws({ kind: "uniform", minMs: 1, maxMs: 2 });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...values)).toBeLessThan(2);
  });
});
