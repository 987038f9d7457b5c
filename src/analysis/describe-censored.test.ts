import { expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../core/rng.ts";
import { describe, QUANTILES, type QuantileName } from "./describe.ts";
import { describeCensored } from "./describe-censored.ts";
import { latencies } from "./series.fake.ts";

const NAMES = Object.keys(QUANTILES) as QuantileName[];

function censored(observed: readonly number[], cutOff: readonly number[]) {
  const flags = Uint8Array.from([...observed.map(() => 0), ...cutOff.map(() => 1)]);
  return describeCensored(Float64Array.from([...observed, ...cutOff]), flags);
}

test("is the plain summary without unfinished values", () => {
  const values = latencies(1, 300);
  expect(describeCensored(values, new Uint8Array(300))).toEqual(describe(values));
  expect(describeCensored(new Float64Array(0), new Uint8Array(0))).toBeNull();
});

test("quantiles below the unfinished are estimates, those above are lower bounds without a high bound", () => {
  // 1 to 990, in no order.
  const values = Array.from({ length: 990 }, (_, i) => ((617 * i) % 990) + 1);
  const unfinished = new Array<number>(10).fill(5000);
  const result = censored(values, unfinished)!;
  expect([result.n, result.censored, result.sd, result.meanHigh]).toEqual([1000, 10, null, null]);
  expect([result.max, result.maxIsLowerBound, result.meanIsLowerBound]).toEqual([5000, true, true]);
  const { value, ...interval } = describe([...values, ...unfinished])!.quantiles.p50;
  expect(result.quantiles.p50).toMatchObject(interval);
  expect(result.quantiles.p50.value).toBeCloseTo(value, 9);
  expect(result.quantiles.p95.isLowerBound).toBe(false);
  expect(result.quantiles.p95.high).toBeGreaterThan(950);
  // 10 of 1,000 are unfinished: p99 lies at the edge, where chance may put it beyond.
  expect(result.quantiles.p99.high).toBeNull();
  expect(result.quantiles["p99.9"]).toMatchObject({ isLowerBound: true, value: 5000, high: null });
  expect(result.quantiles["p99.9"].low).toBeGreaterThan(980);
});

test("those cut off early hand their weight on, and the largest is known", () => {
  const values = Array.from({ length: 500 }, (_, i) => ((317 * i) % 500) + 1);
  const result = censored(values, [10, 20, 30])!;
  expect([result.meanIsLowerBound, result.maxIsLowerBound, result.max]).toEqual([false, false, 500]);
  expect(result.mean).toBeGreaterThan(describe(values)!.mean);
  expect(NAMES.map((name) => result.quantiles[name].isLowerBound)).toEqual(NAMES.map(() => false));
});

test("under overload, where later ones wait longer and had less time, what the unfinished could change is a lower bound", () => {
  // One comes each 10 ms, one is served each 20 ms: number i waits 10 i ms; at 3 s the run ends.
  const waits = Array.from({ length: 200 }, (_, i) => 10 * i);
  const isCut = (i: number) => 10 * i + waits[i]! > 3000;
  const seen = Float64Array.from(waits, (wait, i) => (isCut(i) ? 3000 - 10 * i : wait));
  const result = describeCensored(
    seen,
    Uint8Array.from(waits, (_, i) => (isCut(i) ? 1 : 0)),
  )!;
  const truth = describe(waits)!;
  expect([result.meanIsLowerBound, result.censored]).toEqual([true, 49]);
  expect(result.mean).toBeLessThan(truth.mean);
  // All of them had lasted longer than the median.
  expect(result.quantiles.p50).toMatchObject({ value: truth.quantiles.p50.value, isLowerBound: false });
  for (const name of NAMES.slice(1)) {
    const { value, isLowerBound, high } = result.quantiles[name];
    expect([isLowerBound, high]).toEqual([true, null]);
    expect(value).toBeLessThan(truth.quantiles[name].value);
  }
});

test("a quantile that no unfinished one could change is known, however few there are", () => {
  const result = censored([3, 1, 2, 5, 4, 6, 7, 9], [50, 60])!;
  expect(result.quantiles.p50).toMatchObject({ value: 5.5, isLowerBound: false });
  expect(result.quantiles.p90).toMatchObject({ value: expect.closeTo(51), isLowerBound: true, high: null });
});

test("an interval holds its estimate, and lies around that of any way in which the unfinished may end", () => {
  const times = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 });
  const later = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 30 })), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(times, later, (observed, unfinished) => {
      const result = censored(
        observed,
        unfinished.map(([at]) => at),
      )!;
      const complete = describe([...observed, ...unfinished.map(([at, more]) => at + more)])!;
      for (const name of NAMES) {
        const { value, low, high } = result.quantiles[name];
        expect(low ?? value).toBeLessThanOrEqual(value);
        expect(high ?? value).toBeGreaterThanOrEqual(value);
        const isPlain = [result, complete].every(({ intervals }) => intervals === "order-statistics");
        if (isPlain && high !== null) expect(high).toBeGreaterThanOrEqual(complete.quantiles[name].high!);
        if (isPlain && low !== null && complete.quantiles[name].low !== null)
          expect(low).toBeLessThanOrEqual(complete.quantiles[name].low);
      }
    }),
  );
});

test("covers the truth of runs whose last requests were cut off, where leaving them out does not", () => {
  const truth = { p50: 1, p90: Math.exp(1.2815515655446004) };
  const covered = { p50: 0, p90: 0, dropped: 0 };
  for (let seed = 0; seed < 400; seed++) {
    const rng = rngFor(seed, "cut off");
    const all = latencies(seed, 500, 0, 1);
    // The last 30 of 500 had little time.
    const lefts = all.map((_, i) => (i < 470 ? 10 : 4 * rng.uniform()));
    const flags = Uint8Array.from(all, (value, i) => (value > lefts[i]! ? 1 : 0));
    const seen = all.map((value, i) => Math.min(value, lefts[i]!));
    const { quantiles } = describeCensored(seen, flags)!;
    for (const name of ["p50", "p90"] as const) {
      const { low, high } = quantiles[name];
      if (low! <= truth[name] && (high === null || truth[name] <= high)) covered[name]++;
    }
    const { low, high } = describe(seen.filter((_, i) => flags[i] === 0))!.quantiles.p90;
    if (low! <= truth.p90 && truth.p90 <= high!) covered.dropped++;
  }
  expect(covered.p50 / 400).toBeGreaterThanOrEqual(0.93);
  expect(covered.p90 / 400).toBeGreaterThanOrEqual(0.93);
  expect(covered.dropped).toBeLessThan(covered.p90);
});
