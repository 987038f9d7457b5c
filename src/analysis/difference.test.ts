import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { describe as described } from "./describe.ts";
import { difference } from "./difference.ts";

test("distances of each side add as squares, with the sides that matter", () => {
  const found = difference({ value: 10, low: 7, high: 12 }, { value: 20, low: 16, high: 25 });
  expect(found.value).toBe(10);
  expect(found.low).toBeCloseTo(10 - Math.hypot(4, 2), 12);
  expect(found.high).toBeCloseTo(10 + Math.hypot(5, 3), 12);
  expect(found.isBeyondNoise).toBe(true);
});

test("what is not known of one is not known of the difference", () => {
  const [open, closed] = [
    { value: 10, low: 9, high: null },
    { value: 12, low: 11, high: 13 },
  ];
  expect(difference(open, closed)).toMatchObject({ low: null, isBeyondNoise: null });
  // Enough is known where the open side lies away from 0.
  expect(difference(closed, { ...open, value: 30, low: 28 }).isBeyondNoise).toBe(true);
  expect(difference(closed, closed)).toMatchObject({ value: 0, isBeyondNoise: false });
});

test("two samples of one distribution differ beyond noise as seldom as an interval of 95 % says", () => {
  let beyond = { p50: 0, p99: 0 };
  const runs = 300;
  for (let seed = 0; seed < runs; seed++) {
    const rng = rngFor(seed, "difference");
    const sample = () => described(Float64Array.from({ length: 1000 }, () => Math.exp(rng.normal())))!;
    const [one, other] = [sample(), sample()];
    const differs = (name: "p50" | "p99") =>
      difference(one.quantiles[name], other.quantiles[name]).isBeyondNoise === true ? 1 : 0;
    beyond = { p50: beyond.p50 + differs("p50"), p99: beyond.p99 + differs("p99") };
  }
  expect(beyond.p50 / runs).toBeLessThan(0.08);
  expect(beyond.p99 / runs).toBeLessThan(0.08);
  expect(beyond.p50 + beyond.p99).toBeGreaterThan(5);
});
