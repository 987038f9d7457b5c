import { expect, test } from "bun:test";
import type { AccessPlan } from "./access/schedule.ts";
import { datasetOf } from "./dataset/dataset.ts";
import { hotSpotsOf } from "./hot-spots.ts";
import type { StepPlan } from "./pipeline/messages.ts";

const shards = ["a", "b", "c", "d"].map((name) => ({ path: `/data/${name}`, bytes: 1000 }));
const placed = Array.from({ length: 40 }, (_, i) => ({ file: Math.floor(i / 10), offset: 0, bytes: 100 }));
const dataset = datasetOf("/data", "records", shards, placed, null);
const access: AccessPlan = {
  samples: 40,
  order: { kind: "sequential" },
  sharding: "interleaved",
  seed: 0,
  microbatchSize: 5,
  rank: 0,
  ranks: 1,
  workers: 2,
};
const plan: StepPlan = {
  warmupSteps: 0,
  steps: 4,
  microbatchesPerStep: 2,
  prefetchDepth: 1,
  computeMs: { kind: "fixed", value: 0 },
  seed: 0,
};

test("in sequence every step hangs on one shard, though the run is even", () => {
  expect(hotSpotsOf(dataset, [access], plan, 4)).toEqual({
    files: 4,
    evenShare: 0.25,
    runShare: 0.25,
    file: "a",
    stepShareMean: 1,
    stepShareMax: 1,
  });
});

test("contiguous pieces for two readers spread each step over two shards", () => {
  expect(hotSpotsOf(dataset, [{ ...access, sharding: "contiguous" }], plan, 4)).toMatchObject({
    stepShareMax: 0.5,
  });
});

test("steps that were not done, and warm-up, do not count", () => {
  expect(hotSpotsOf(dataset, [access], plan, 1)).toMatchObject({ runShare: 1, file: "a" });
  expect(hotSpotsOf(dataset, [access], { ...plan, warmupSteps: 1 }, 1)).toMatchObject({
    runShare: 1,
    file: "b",
  });
  expect(hotSpotsOf(dataset, [access], plan, 0)).toBeNull();
});

test("a shard that has most of the samples is as hot as it is large", () => {
  const uneven = placed.map((one, i) => ({ ...one, file: i < 36 ? 0 : 1 }));
  const spots = hotSpotsOf(
    datasetOf("/data", "records", shards.slice(0, 2), uneven, null),
    [access],
    plan,
    4,
  );
  expect(spots).toMatchObject({ evenShare: 0.9, runShare: 0.9 });
});
