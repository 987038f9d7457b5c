import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { datasetOf } from "./dataset/dataset.ts";
import { confirmed, largest, nextToTry, planFor, type Trial } from "./find-accelerators.ts";
import type { PipelinePlan } from "./pipeline/run.ts";

const asked = async (limit: number) => {
  const numbers: number[] = [];
  const found = await largest(async (n) => {
    numbers.push(n);
    return n <= limit;
  });
  return { found, numbers };
};

test("finds the limit, whatever it is, in twice as many trials as it has bits", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 65_536 }), async (limit) => {
      const { found, numbers } = await asked(limit);
      expect(found).toBe(limit);
      expect(numbers.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(limit + 2)) + 2);
      expect(new Set(numbers).size).toBe(numbers.length);
    }),
  );
});

test("gives up at the end, and when it is interrupted", async () => {
  expect((await asked(1e9)).found).toBe(65_536);
  expect(await largest(async (n) => (n < 4 ? true : null))).toBeNull();
});

test("each accelerator brings its microbatches and its prefetching, as far as memory goes", () => {
  const placed = [{ file: 0, offset: 0, bytes: 4096 }];
  const dataset = datasetOf("/data", "files", [{ path: "/data/a", bytes: 4096 }], placed, null);
  const plan: PipelinePlan = {
    access: {
      samples: 1,
      order: { kind: "sequential" },
      sharding: "interleaved",
      seed: 0,
      microbatchSize: 1,
      rank: 0,
      ranks: 1,
      workers: 1,
    },
    source: {
      kind: "local",
      dataset,
      engine: "pread",
      direct: true,
      alignment: 4096,
      ioDepth: 1,
      blockBytes: 4096,
      verify: false,
    },
    steps: {
      warmupSteps: 0,
      steps: 1,
      microbatchesPerStep: 5,
      prefetchDepth: 2,
      computeMs: { kind: "fixed", value: 1 },
      seed: 0,
    },
  };
  expect(planFor(plan, 3, 1e9).steps).toMatchObject({ microbatchesPerStep: 15, prefetchDepth: 6 });
  // A sample takes a page and one more for where it begins: 8,192 bytes a microbatch.
  expect(planFor(plan, 3, 5 * 8192).steps.prefetchDepth).toBe(4);
  expect(planFor(plan, 3, 0).steps.prefetchDepth).toBe(2);
});

describe("a run that does not keep what the trials found", () => {
  const result = { leastAu: 0.9, most: 6, trials: [] };
  const run = (accelerators: number, au: number): Trial => ({ accelerators, au, bytesPerS: 1e9 });

  test("is followed by one with as many as its bandwidth is enough for, and at least one fewer", () => {
    expect(nextToTry(result, [run(6, 0.91)])).toBeNull();
    expect(nextToTry(result, [run(6, 0.831)])).toBe(5);
    expect(nextToTry(result, [run(6, 0.89)])).toBe(5);
    expect(nextToTry(result, [run(100, 0.45)])).toBe(50);
    expect(nextToTry(result, [run(6, 0.01)])).toBe(1);
    expect(nextToTry(result, [run(1, 0.5)])).toBeNull();
    expect(
      nextToTry(
        result,
        [9, 8, 7, 6, 5].map((n) => run(n, 0.8)),
      ),
    ).toBeNull();
  });

  test("what was found is what the last one kept", () => {
    const found = (...runs: Trial[]) => confirmed(result, runs, false).found;
    expect([found(run(6, 0.95)), found(run(6, 0.83), run(5, 0.92))]).toEqual([6, 5]);
    expect([found(run(6, 0.83), run(5, 0.8)), found(run(2, 0.5), run(1, 0.6))]).toEqual([null, 0]);
    expect(confirmed(result, [run(6, 0.95)], true).found).toBeNull();
    expect(confirmed(result, [], false).found).toBeNull();
  });
});
