import { expect, test } from "bun:test";
import { latencies } from "./series.fake.ts";
import { steadiness } from "./steadiness.ts";

/** How many of 400 runs are called drifting whose latencies rise by `rise` of their first level. */
function drifting(n: number, phi: number, rise: number): number {
  let count = 0;
  for (let seed = 0; seed < 400; seed++) {
    const series = latencies(seed, n, phi).map((value, i) => value * (1 + (rise * i) / n));
    if (steadiness(series)!.verdict === "drifting") count++;
  }
  return count / 400;
}

test("calls a steady run drifting in one of fifty at most, dependent or not", () => {
  for (const n of [200, 2500]) for (const phi of [0, 0.6]) expect(drifting(n, phi, 0)).toBeLessThan(0.03);
});

test("sees a rise", () => {
  expect(drifting(1000, 0, 0.5)).toBeGreaterThan(0.95);
  expect(drifting(2500, 0.6, 0.5)).toBeGreaterThan(0.95);
});

test("agrees with Mann-Kendall by hand", () => {
  // 50 rising values in 10 batches of 5: S = 45, its variance 10 · 9 · 25 / 18 = 125, Z = 44 / √125.
  const rising = steadiness(Float64Array.from({ length: 50 }, (_, i) => i))!;
  expect(rising.batches).toBe(10);
  expect(rising.z).toBeCloseTo(44 / Math.sqrt(125), 12);
  expect(rising.pValue).toBeCloseTo(8.3e-5, 6);
  // Batch means 2, 7, … 47: 5 a batch over 9 steps, against a median of 24.5.
  expect(rising.drift).toBeCloseTo(45 / 24.5, 12);
  expect(rising.verdict).toBe("drifting");
  const falling = steadiness(Float64Array.from({ length: 50 }, (_, i) => -i))!;
  expect(falling.z).toBe(-rising.z);
});

test("ties count as no trend, equal values as steady", () => {
  expect(steadiness(new Float64Array(100).fill(5))).toMatchObject({
    verdict: "steady",
    z: 0,
    pValue: 1,
    drift: 0,
  });
  expect(steadiness(new Float64Array(100))).toMatchObject({ verdict: "steady", drift: null });
  // One step up in the middle of 10 batches: S = 25; ties of 5 and 5 take 2 · 5 · 4 · 15 from 10 · 9 · 25.
  const step = steadiness(Float64Array.from({ length: 50 }, (_, i) => (i < 25 ? 1 : 2)))!;
  expect(step.z).toBeCloseTo(24 / Math.sqrt((2250 - 600) / 18), 12);
});

test("a drift that is certain but tiny is steady", () => {
  const series = Float64Array.from({ length: 1000 }, (_, i) => 100 + i / 500);
  const result = steadiness(series)!;
  expect(result.pValue).toBeLessThan(1e-3);
  expect(result.verdict).toBe("steady");
});

test("says nothing about fewer than 50 values", () => {
  expect(steadiness(new Float64Array(49))).toBeNull();
});
