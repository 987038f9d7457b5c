import { describe, expect, test } from "bun:test";
import { rngFor } from "../../../core/rng.ts";
import { loadingOf } from "./loading.ts";
import type { RankRows } from "./rank-rows.ts";
import { fakeStorageRun } from "./run.fake.ts";

const STEPS = 200;
const MEAN_MS = 10;
const SAMPLES = 64;

/** Steps of exponential times, without compute. */
function rank(number: number, seed: number): RankRows {
  const rng = rngFor(seed, "steps", number);
  const ms = Float64Array.from({ length: STEPS }, () => MEAN_MS * rng.exponential());
  const ends = new Float64Array(STEPS);
  for (let i = 0, at = 0; i < STEPS; i++) {
    at += ms[i]!;
    ends[i] = at;
  }
  const none = new Float64Array();
  return {
    rank: number,
    steps: {
      step: Float64Array.from(ms.keys()),
      samples: new Float64Array(STEPS).fill(SAMPLES),
      askedAt: ends.map((end, i) => end - ms[i]!),
      loadedAt: ends,
      computeEndAt: ends,
      computeMs: new Float64Array(STEPS),
    },
    microbatches: { step: none, samples: none, bytes: none, loadMs: none, gotAt: none },
  };
}

const runOf = (...ranks: RankRows[]) => ({
  ...fakeStorageRun(),
  rows: { writer: "inferbench" as const, ranks, cutOff: [] },
  summary: null,
});

describe("the interval of throughput", () => {
  test("holds the truth in at least 93 of 100 runs", () => {
    const truth = SAMPLES / (MEAN_MS / 1000);
    let held = 0;
    for (let seed = 0; seed < 500; seed++) {
      const { low, high } = loadingOf(runOf(rank(0, seed))).throughput;
      if (low! <= truth && truth <= high!) held++;
    }
    expect(held / 500).toBeGreaterThanOrEqual(0.93);
  });

  test("of two ranks is as wide as if both were wrong in the same way", () => {
    const [one, two] = [runOf(rank(0, 1)), runOf(rank(0, 1), rank(0, 1))].map(
      (run) => loadingOf(run).throughput,
    );
    expect(two!.samplesPerS).toBeCloseTo(2 * one!.samplesPerS, 6);
    expect(two!.low).toBeCloseTo(2 * one!.low!, 6);
    expect(two!.high).toBeCloseTo(2 * one!.high!, 6);
  });
});

test("throughput is the summary's, where there is one", () => {
  const run = fakeStorageRun();
  const summary = { ...run.summary!, throughput: { samplesPerS: 1000, bytesPerS: 2e6 } };
  const { samplesPerS, bytesPerS, low, high } = loadingOf({ ...run, summary }).throughput;
  expect([samplesPerS, bytesPerS]).toEqual([1000, 2e6]);
  expect(low).toBeLessThan(1000);
  expect(high).toBeGreaterThan(1000);
});
