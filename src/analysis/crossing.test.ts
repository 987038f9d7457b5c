import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { crossing, type SharePoint, shareAt } from "./crossing.ts";

const PRIOR = { median: 10, logSd: 1 };
const VAGUE = { median: 10, logSd: 100 };

/** Expected counts of the model itself. */
const exact = (x: number, steepness: number, rates: readonly number[]): SharePoint[] =>
  rates.map((rate) => ({ x: rate, good: 500 * shareAt({ x, steepness }, 0.95, rate), total: 500 }));

test("finds the model that made the counts", () => {
  const found = crossing(exact(20, 8, [14, 18, 22, 26]), 0.95, 3.84, VAGUE)!;
  expect(found.x).toBeCloseTo(20, 3);
  expect(found.steepness).toBeCloseTo(8, 2);
  expect(found.low).toBeLessThan(20);
  expect(found.high).toBeGreaterThan(20);
  expect(shareAt(found, 0.95, 20)).toBeCloseTo(0.95, 6);
});

test("does not depend on the unit of x", () => {
  const points = exact(20, 8, [14, 18, 22, 26]);
  const one = crossing(points, 0.95, 3.84, PRIOR)!;
  const other = crossing(
    points.map((point) => ({ ...point, x: point.x / 1000 })),
    0.95,
    3.84,
    PRIOR,
  )!;
  for (const key of ["x", "low", "high"] as const) expect(1000 * other[key]).toBeCloseTo(one[key], 4);
});

test("the interval covers the truth of independent requests in 95 %", () => {
  const runs = 1000;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const rng = rngFor(seed, "crossing");
    const points = [15, 18, 20, 22, 25].map((x) => {
      const p = shareAt({ x: 20, steepness: 8 }, 0.95, x);
      let good = 0;
      for (let i = 0; i < 200; i++) if (rng.uniform() < p) good++;
      return { x, good, total: 200 };
    });
    const { low, high } = crossing(points, 0.95, 3.84, VAGUE)!;
    if (low <= 20 && 20 <= high) covered++;
  }
  expect(covered / runs).toBeGreaterThan(0.93);
  expect(covered / runs).toBeLessThan(0.97);
});

test("all good bounds the crossing below alone, all bad above alone", () => {
  const good = crossing([{ x: 10, good: 300, total: 300 }], 0.95, 3.84, PRIOR)!;
  expect([good.low > 8, good.high]).toEqual([true, Number.POSITIVE_INFINITY]);
  const bad = crossing([{ x: 10, good: 0, total: 300 }], 0.95, 3.84, PRIOR)!;
  expect([bad.low, bad.high < 10]).toEqual([0, true]);
});

test("all good below and all bad above: between the two", () => {
  const points = [
    { x: 10, good: 300, total: 300 },
    { x: 12, good: 0, total: 300 },
  ];
  const { x, low, high } = crossing(points, 0.95, 3.84, PRIOR)!;
  expect(x).toBeGreaterThan(10);
  expect([x, high].every((value) => value < 12)).toBe(true);
  expect(low).toBeGreaterThan(9);
});

test("no points, no crossing; margin 0, no interval", () => {
  expect(crossing([], 0.95, 3.84, PRIOR)).toBeNull();
  const { x, low, high } = crossing(exact(20, 8, [14, 26]), 0.95, 0, PRIOR)!;
  expect([low, high]).toEqual([x, x]);
});
