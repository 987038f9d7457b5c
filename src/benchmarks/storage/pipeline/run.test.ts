import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { testWhere } from "../../../../test/skip.ts";
import { ioUringErrno } from "../../../native/io-uring.ts";
import { readDisk } from "../../../results/environment/disk.ts";
import { startStorageThread } from "../../../workers.ts";
import type { AccessOrder } from "../access/order.ts";
import type { AccessPlan } from "../access/schedule.ts";
import { shardings } from "../access/sharding.ts";
import { type Dataset, type Layout, layouts } from "../dataset/dataset.ts";
import { openDataset } from "../dataset/open-dataset.ts";
import { directAlignmentOf } from "../direct.ts";
import { generate } from "../generate/generate.ts";
import { engines, type Source, type StepPlan } from "./messages.ts";
import type { MicrobatchRow, StepRow } from "./rows.ts";
import { type PipelinePlan, runPipeline } from "./run.ts";

const SAMPLES = 60;
const usableEngines = engines.filter((engine) => engine !== "io_uring" || ioUringErrno() === 0);
let folder: string;
const datasets = new Map<Layout, Dataset>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-pipeline-"));
  for (const layout of layouts) {
    const root = join(folder, layout);
    const sampleBytes =
      layout === "records"
        ? ({ kind: "fixed", value: 10_001 } as const)
        : ({ kind: "uniform", min: 1, max: 20_000 } as const);
    await generate(root, { layout, samples: SAMPLES, sampleBytes, samplesPerShard: 17, seed: 1 });
    datasets.set(layout, await openDataset(root, null));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const access = (more: Partial<AccessPlan> = {}): AccessPlan => ({
  samples: SAMPLES,
  order: { kind: "shuffled" },
  sharding: "interleaved",
  seed: 7,
  microbatchSize: 4,
  rank: 0,
  ranks: 1,
  workers: 2,
  ...more,
});
const local = (dataset: Dataset, more: Partial<Source & { kind: "local" }> = {}): Source => ({
  kind: "local",
  dataset,
  engine: "pread",
  direct: false,
  alignment: more.direct ? directAlignmentOf(dataset).bytes : 1,
  blockBytes: 8192,
  ioDepth: 6,
  verify: true,
  ...more,
});
const steps = (more: Partial<StepPlan> = {}): StepPlan => ({
  warmupSteps: 0,
  steps: 5,
  microbatchesPerStep: 3,
  prefetchDepth: 2,
  computeMs: { kind: "fixed", value: 0 },
  seed: 0,
  ...more,
});
/** Runs the plan, with all rows. */
async function run(plan: PipelinePlan, signal?: AbortSignal) {
  const microbatches: MicrobatchRow[] = [];
  const stepRows: StepRow[] = [];
  const result = await runPipeline(plan, {
    startThread: startStorageThread,
    ...(signal === undefined ? {} : { signal }),
    onRows(more, moreSteps) {
      microbatches.push(...more);
      stepRows.push(...moreSteps);
    },
  });
  return { ...result, microbatches, steps: stepRows };
}
const totalOf = ({ bytes }: Dataset) => bytes.reduce((sum, size) => sum + size, 0);

describe("every byte of every sample is read once an epoch", () => {
  const ways = usableEngines.flatMap((engine) =>
    (engine === "mmap" ? [false] : [false, true]).map((direct) => ({ engine, direct })),
  );
  const cases = layouts.flatMap((layout) =>
    ways.flatMap((way) => [1, 8].map((workers) => ({ layout, ...way, workers }))),
  );
  test.each(cases)(
    "$layout, $engine, direct $direct, $workers workers",
    async ({ layout, workers, ...way }) => {
      const dataset = datasets.get(layout)!;
      const epochs = 4;
      const done = await run({
        access: access({ workers, microbatchSize: epochs }),
        source: local(dataset, way),
        // As many microbatches as samples are as many epochs as a microbatch has samples, for each reader.
        steps: steps({ microbatchesPerStep: 1, steps: SAMPLES }),
      });
      expect(done.failure).toBeNull();
      expect([...done.visits]).toEqual(new Array(SAMPLES).fill(epochs));
      const sum = (field: keyof MicrobatchRow) =>
        done.microbatches.reduce((total, row) => total + row[field], 0);
      expect(sum("bytes")).toBe(epochs * totalOf(dataset));
      expect(sum("samples")).toBe(epochs * SAMPLES);
      if (way.direct) expect(sum("requestedBytes")).toBeGreaterThan(sum("bytes"));
      else expect(sum("requestedBytes")).toBe(sum("bytes"));
    },
  );

  test("whatever the order, sharding, microbatch size, prefetching and block", async () => {
    const anyOrder = fc.constantFrom<AccessOrder>(
      { kind: "sequential" },
      { kind: "shuffled" },
      { kind: "strided", stride: 7 },
    );
    await fc.assert(
      fc.asyncProperty(
        anyOrder,
        fc.constantFrom(...shardings),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(512, 4096, 65_536),
        fc.constantFrom(...usableEngines),
        fc.constantFrom(1, 2, 64),
        async (order, sharding, microbatchSize, workers, prefetchDepth, blockBytes, engine, ioDepth) => {
          const plan = access({ order, sharding, microbatchSize, workers });
          const done = await run({
            access: plan,
            source: local(datasets.get("tar")!, { blockBytes, engine, ioDepth }),
            steps: steps({ microbatchesPerStep: 1, steps: SAMPLES, prefetchDepth }),
          });
          expect(done.failure).toBeNull();
          expect([...done.visits]).toEqual(new Array(SAMPLES).fill(microbatchSize));
        },
      ),
      { numRuns: 20 },
    );
  });
});

const isOnDisk = readDisk("/", tmpdir()).fileSystem !== "tmpfs";
testWhere(usableEngines.includes("io_uring"), "io_uring_setup is forbidden")(
  "io_uring has as many reads under way as it is asked for, and no more",
  async () => {
    const dataset = datasets.get("records")!;
    const source = local(dataset, { engine: "io_uring", ioDepth: 3, direct: true, blockBytes: 4096 });
    const { failure, queueDepth } = await run({ access: access(), source, steps: steps() });
    expect(failure).toBeNull();
    const { most, weightedMs, busyMs } = queueDepth!;
    if (isOnDisk) expect(most).toBe(3);
    // Memory answers at once.
    else expect([1, 2, 3]).toContain(most);
    expect(weightedMs).toBeGreaterThanOrEqual(busyMs);
    expect((await run({ access: access(), source: local(dataset), steps: steps() })).queueDepth).toBeNull();
  },
);

testWhere(usableEngines.includes("io_uring"), "io_uring_setup is forbidden")(
  "io_uring of the page cache has one read under way: they are done one after the other, at submission",
  async () => {
    // Just written, and read once more: all of it is in memory.
    const source = local(datasets.get("records")!, { engine: "io_uring", ioDepth: 16 });
    await run({ access: access(), source, steps: steps() });
    const { queueDepth } = await run({ access: access(), source, steps: steps() });
    expect(queueDepth).toMatchObject({ most: 1 });
    expect(queueDepth!.weightedMs / queueDepth!.busyMs).toBeCloseTo(1);
  },
);

describe("a run", () => {
  test("has the steps and microbatches that it was asked for, warm-up below 0, instants in order", async () => {
    const done = await run({
      access: access(),
      source: local(datasets.get("files")!),
      steps: steps({ warmupSteps: 2, computeMs: { kind: "fixed", value: 1 } }),
    });
    expect(done.interrupted).toBe(false);
    expect(done.steps.map(({ step }) => step)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
    expect(done.microbatches.map(({ step, microbatch }) => [step, microbatch])).toEqual(
      done.steps.flatMap(({ step }) => [0, 1, 2].map((microbatch) => [step, microbatch])),
    );
    for (const [i, step] of done.steps.entries()) {
      const own = done.microbatches.filter((row) => row.step === step.step);
      expect(step.askedAt).toBe(done.steps[i - 1]?.computeEndAt ?? own[0]!.askedAt);
      expect(step.loadedAt).toBe(own.at(-1)!.gotAt);
      // A step may make up for 5 % of what earlier ones were late.
      expect(step.computeEndAt - step.loadedAt).toBeGreaterThanOrEqual(0.949);
      expect(step.samples).toBe(own.reduce((sum, { samples }) => sum + samples, 0));
      for (const row of own) {
        expect(row.readEndAt).toBeGreaterThan(row.readStartAt);
        expect(row.gotAt).toBeGreaterThanOrEqual(row.askedAt);
        // Two threads' clocks, each set to within a fraction of a millisecond.
        expect(row.gotAt).toBeGreaterThan(row.readEndAt - 1);
      }
    }
  });

  test("reads no more than its steps need", async () => {
    const done = await run({
      access: access({ workers: 4 }),
      source: local(datasets.get("files")!),
      steps: steps({ steps: 1, microbatchesPerStep: 2, prefetchDepth: 5 }),
    });
    expect(done.visits.reduce((sum, n) => sum + n, 0)).toBe(8);
  });

  test("without prefetching begins a microbatch only when it is asked for", async () => {
    const done = await run({
      access: access({ workers: 3 }),
      source: local(datasets.get("files")!),
      steps: steps({ prefetchDepth: 0, computeMs: { kind: "fixed", value: 20 } }),
    });
    for (const row of done.microbatches) expect(row.readStartAt).toBeGreaterThan(row.askedAt - 5);
  });

  test("with prefetching loads while it computes", async () => {
    const done = await run({
      access: access({ workers: 1 }),
      source: local(datasets.get("files")!),
      steps: steps({ microbatchesPerStep: 1, prefetchDepth: 1, computeMs: { kind: "fixed", value: 50 } }),
    });
    const later = done.microbatches.slice(1);
    // All of them, where the machine leaves the reader a core within 50 ms.
    expect(later.filter((row) => row.readStartAt < row.askedAt).length).toBeGreaterThanOrEqual(
      later.length / 2,
    );
  });

  test("of nothing goes through the same steps", async () => {
    const done = await run({ access: access(), source: { kind: "null" }, steps: steps() });
    expect([done.steps.length, done.microbatches.length]).toEqual([5, 15]);
    const sum = (field: keyof StepRow) => done.steps.reduce((total, row) => total + row[field], 0);
    expect([sum("samples"), sum("bytes")]).toEqual([5 * 12, 0]);
  });

  test("ends in order when it is interrupted, with whole steps only", async () => {
    const controller = new AbortController();
    const plan: PipelinePlan = {
      access: access(),
      source: local(datasets.get("files")!),
      steps: steps({ steps: 100_000, computeMs: { kind: "fixed", value: 20 } }),
    };
    const microbatches: MicrobatchRow[] = [];
    const stepRows: StepRow[] = [];
    const done = await runPipeline(plan, {
      startThread: startStorageThread,
      signal: controller.signal,
      onRows(more, moreSteps) {
        microbatches.push(...more);
        stepRows.push(...moreSteps);
        controller.abort();
      },
    });
    expect([done.interrupted, done.failure]).toEqual([true, null]);
    expect(stepRows.length).toBeGreaterThan(0);
    expect(microbatches.length).toBe(3 * stepRows.length);
  });
});

describe("what reading meets ends the run and is named", () => {
  const broken = async (
    prepare: (dataset: Dataset) => void,
    more: Partial<Source & { kind: "local" }> = {},
  ) => {
    const root = join(folder, "broken");
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root);
    cpSync(join(folder, "records"), root, { recursive: true });
    const dataset = await openDataset(root, null);
    prepare(dataset);
    const plan = { access: access(), source: local(dataset, more), steps: steps({ steps: 20 }) };
    return (await run(plan)).failure as Error & { code?: string };
  };

  const ways = (["pread", "io_uring"] as const)
    .filter((engine) => usableEngines.includes(engine))
    .flatMap((engine) => [false, true].map((direct) => ({ engine, direct })));

  // To the middle of a block, to a block's end, and to nothing.
  const cuts = ways.flatMap((way) => [50_001, 49_152, 0].map((bytes) => ({ ...way, bytes })));
  test.each(cuts)(
    "a file that became $bytes bytes long, $engine, direct $direct",
    async ({ bytes, ...way }) => {
      const failure = await broken(({ files }) => truncateSync(files[1]!, bytes), way);
      expect([failure.code, failure.message]).toEqual([
        "SAMPLE_SHORT",
        expect.stringMatching(/ of .*shard_000001\.rec ends at byte \d+, its index says \d+/),
      ]);
    },
  );

  test.each(ways)("a file that went away, $engine, direct $direct", async (way) => {
    const failure = await broken(({ files }) => rmSync(files[2]!), way);
    expect([failure.code, failure.message]).toEqual([
      "READ_FAILED",
      expect.stringMatching(/ of .*shard_000002\.rec: ENOENT/),
    ]);
  });

  test.each(ways)("a folder in a file's place, $engine, direct $direct", async (way) => {
    const failure = await broken(({ files }) => {
      rmSync(files[0]!);
      mkdirSync(files[0]!);
    }, way);
    expect([failure.code, failure.message]).toEqual([
      "READ_FAILED",
      expect.stringMatching(/ of .*shard_000000\.rec: .*(EISDIR|EINVAL)/),
    ]);
  });

  test("a file that became shorter before it is mapped", async () => {
    const failure = await broken(({ files }) => truncateSync(files[1]!, 50_000), { engine: "mmap" });
    expect([failure.code, failure.message]).toEqual([
      "SAMPLE_SHORT",
      expect.stringMatching(/shard_000001\.rec has 50000 bytes, its index says/),
    ]);
  });

  test("a mapped file that becomes shorter between two of its samples", async () => {
    const root = join(folder, "cut");
    cpSync(join(folder, "records"), root, { recursive: true });
    const dataset = await openDataset(root, null);
    const onRows = () => truncateSync(dataset.files[0]!, 0);
    // All of its samples are of the first shard, which stays mapped; the consumer tells of steps while it computes, when nothing is read.
    const plan = {
      access: access({ samples: 17, workers: 1, order: { kind: "sequential" } }),
      source: local(dataset, { engine: "mmap", verify: false }),
      steps: steps({ steps: 1000, prefetchDepth: 0, computeMs: { kind: "fixed", value: 200 } }),
    } as const;
    const { failure } = await runPipeline(plan, { startThread: startStorageThread, onRows });
    expect(failure).toMatchObject({
      code: "SAMPLE_SHORT",
      message: expect.stringContaining("shard_000000.rec has 0 bytes"),
    });
  });

  test("bytes that are not those that were written", async () => {
    const failure = await broken(({ files, fileBytes }) =>
      writeFileSync(files[0]!, new Uint8Array(fileBytes[0]!)),
    );
    expect(failure.code).toBe("DATA_DIFFERS");
  });
});

describe("a thread that dies", () => {
  /** A thread of its own that does what `code` says after its first message; the others are as they are. */
  const runWith = async (dying: number, code: string) => {
    const stepRows: StepRow[] = [];
    let threads = 0;
    const result = await runPipeline(
      {
        access: access(),
        source: local(datasets.get("files")!),
        steps: steps({ steps: 1_000_000 }),
      },
      {
        startThread() {
          if (threads++ !== dying) return startStorageThread();
          return new Worker(URL.createObjectURL(new Blob([`self.onmessage = () => { ${code} };`])));
        },
        onRows: (_, more) => stepRows.push(...more),
      },
    );
    return { ...result, stepRows };
  };

  const ready = 'postMessage({ type: "ready" });';
  test.each<[string, number, string, RegExp]>([
    ["a reader with an error", 0, `${ready} throw new Error("no more memory");`, /reader.*no more memory/],
    ["a reader without a word", 1, `${ready} process.exit(3);`, /reader thread died/],
    ["the consumer", 2, `${ready} throw new Error("no more memory");`, /consumer.*no more memory/],
  ])("ends the run: %s", async (_, thread, code, message) => {
    const { failure, interrupted } = await runWith(thread, code);
    expect(interrupted).toBe(true);
    expect(failure).toMatchObject({ code: "THREAD_DIED", message: expect.stringMatching(message) });
  });

  test("before it was ready is an error of the run", async () => {
    await expect(runWith(1, "process.exit(3);")).rejects.toMatchObject({ code: "THREAD_DIED" });
  });

  test("in the middle of the run leaves what was measured until then", async () => {
    // Its microbatches are those of the null source: ready as soon as they are asked for.
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const workers: Worker[] = [];
    const stepRows: StepRow[] = [];
    const running = runPipeline(
      { access: access(), source: { kind: "null" }, steps: steps({ steps: 1_000_000 }) },
      {
        startThread: () => workers[workers.push(startStorageThread()) - 1]!,
        onRows(_, more) {
          stepRows.push(...more);
          resolve();
        },
      },
    );
    await begun;
    workers[0]!.terminate();
    const { failure, interrupted } = await running;
    expect([interrupted, failure]).toEqual([true, expect.objectContaining({ code: "THREAD_DIED" })]);
    expect(stepRows.length).toBeGreaterThan(0);
  });
});
