import { afterAll, beforeAll, describe, expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeCuda, FakeCudas } from "../../../../test/fakes/cuda.ts";
import { fakeTest } from "../../../../test/fakes/fake-library.ts";
import { ioUringErrno } from "../../../native/io-uring.ts";
import { startStorageThread } from "../../../workers.ts";
import type { AccessPlan } from "../access/schedule.ts";
import { type Dataset, type Layout, layouts } from "../dataset/dataset.ts";
import { openDataset } from "../dataset/open-dataset.ts";
import { directAlignmentOf } from "../direct.ts";
import { generate } from "../generate/generate.ts";
import type { Source, StepPlan } from "../pipeline/messages.ts";
import type { MicrobatchRow, StepRow } from "../pipeline/rows.ts";
import { type PipelineDeps, type PipelinePlan, runPipeline } from "../pipeline/run.ts";
import type { GpuTarget } from "./copier-setup.ts";

const SAMPLES = 40;
/** Threads' clocks are each set to within a fraction of a millisecond. */
const CLOCKS_MS = 1;
const fakes = new FakeCudas();
let folder: string;
const datasets = new Map<Layout, Dataset>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-to-gpu-"));
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
afterAll(() => {
  fakes.remove();
  rmSync(folder, { recursive: true });
});

interface Wish {
  layout?: Layout;
  access?: Partial<AccessPlan>;
  source?: Partial<Source & { kind: "local" }>;
  steps?: Partial<StepPlan>;
  deps?: Partial<PipelineDeps>;
}

const targetOf = ({ path }: FakeCuda): GpuTarget => ({
  library: path,
  ordinal: 0,
  name: "NVIDIA Fake 0",
  pciBusId: "0000:04:00.0",
  cudaVersion: "12.8",
});

/** Runs the pipeline with a GPU, with all rows. */
async function run(fake: FakeCuda, { layout = "files", access, source, steps, deps }: Wish) {
  const dataset = datasets.get(layout)!;
  const plan: PipelinePlan = {
    access: {
      samples: SAMPLES,
      order: { kind: "shuffled" },
      sharding: "interleaved",
      seed: 7,
      microbatchSize: 4,
      rank: 0,
      ranks: 1,
      workers: 2,
      ...access,
    },
    source: {
      kind: "local",
      dataset,
      engine: "pread",
      direct: false,
      alignment: source?.direct ? directAlignmentOf(dataset).bytes : 1,
      blockBytes: 8192,
      ioDepth: 6,
      verify: false,
      ...source,
    },
    steps: {
      warmupSteps: 0,
      steps: 5,
      microbatchesPerStep: 3,
      prefetchDepth: 2,
      computeMs: { kind: "fixed", value: 0 },
      seed: 0,
      ...steps,
    },
    toGpu: targetOf(fake),
  };
  const microbatches: MicrobatchRow[] = [];
  const stepRows: StepRow[] = [];
  const result = await runPipeline(plan, {
    startThread: startStorageThread,
    ...deps,
    onRows(more, moreSteps) {
      microbatches.push(...more);
      stepRows.push(...moreSteps);
      deps?.onRows?.(more, moreSteps);
    },
  });
  return { ...result, dataset, microbatches, steps: stepRows };
}

/** Size and checksum of each copy that was done. */
const copiesOf = (fake: FakeCuda) => fake.log().filter((line) => line.startsWith("copy "));
/** What copies of all samples come to, each so many times. */
const samplesAs = ({ bytes, checksums }: Dataset, times: number) =>
  Array.from(bytes, (size, i) => `copy ${size} ${checksums![i]!.toString(16).padStart(8, "0")}`).flatMap(
    (line) => Array<string>(times).fill(line),
  );
const RELEASED = ["stream_end", "free", "unregister", "release 0"];
const releasedBy = (fake: FakeCuda) => fake.log().filter((line) => RELEASED.includes(line));

describe("every byte of every sample comes to the device, and no buffer is used again before", () => {
  const cases = layouts.flatMap((layout) => [
    { layout, engine: "pread" as const, direct: false, workers: 1, prefetchDepth: 0 },
    { layout, engine: "pread" as const, direct: true, workers: 3, prefetchDepth: 1 },
    { layout, engine: "mmap" as const, direct: false, workers: 4, prefetchDepth: 3 },
    ...(ioUringErrno() === 0
      ? [{ layout, engine: "io_uring" as const, direct: true, workers: 2, prefetchDepth: 2 }]
      : []),
  ]);
  for (const { layout, engine, direct, workers, prefetchDepth } of cases) {
    fakeTest(
      `${layout}, ${engine}, direct ${direct}, ${workers} workers, prefetch ${prefetchDepth}`,
      async () => {
        // Copies are done as late as they may, and slowly: whoever reads into a buffer too early is found out.
        const fake = fakes.make(["copy_us 300"]);
        const done = await run(fake, {
          layout,
          access: { workers },
          source: { engine, direct, verify: true },
          // As many microbatches as samples are as many epochs as a microbatch has samples, for each reader.
          steps: { microbatchesPerStep: 2, steps: SAMPLES / 2, prefetchDepth },
        });
        expect(done.failure).toBeNull();
        expect(copiesOf(fake).sort()).toEqual(samplesAs(done.dataset, 4).sort());
        expect(releasedBy(fake)).toEqual(RELEASED);
        const sizes = done.microbatches.map(({ bytes }) => bytes);
        expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(
          4 * done.dataset.bytes.reduce((sum, bytes) => sum + bytes, 0),
        );
      },
    );
  }
});

describe("a run", () => {
  fakeTest(
    "has each microbatch read, then copied, then handed over, with the device's time for it",
    async () => {
      const fake = fakes.make(["copy_us 500"]);
      const done = await run(fake, { steps: { warmupSteps: 1 } });
      expect(done.microbatches.map(({ step, microbatch }) => [step, microbatch])).toEqual(
        [-1, 0, 1, 2, 3, 4].flatMap((step) => [0, 1, 2].map((microbatch) => [step, microbatch])),
      );
      for (const row of done.microbatches) {
        expect(row.copyStartAt).toBeGreaterThan(row.readEndAt - CLOCKS_MS);
        // Four samples of half a millisecond.
        expect(row.copyMs).toBeGreaterThanOrEqual(2);
        // The host sees no less than the device, but for the rounding of its time to 4 bytes.
        expect(row.copyEndAt - row.copyStartAt).toBeGreaterThanOrEqual(row.copyMs * 0.999);
        expect(row.gotAt).toBeGreaterThan(row.copyEndAt - CLOCKS_MS);
      }
      expect(new Set(done.microbatches.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
      const areaBytes = Math.ceil(Math.max(...done.dataset.bytes) / 256) * 256;
      const { pinnedBytes, deviceBytes, contextMs, pinMs, allocateMs } = done.gpu!;
      expect(deviceBytes).toBe(2 * 3 * 4 * areaBytes);
      expect(Math.min(contextMs, pinMs, allocateMs)).toBeGreaterThan(0);
      expect(fake.log()).toContain(`register ${pinnedBytes}`);
      expect(fake.log()).toContain(`alloc ${deviceBytes}`);
    },
  );

  fakeTest("copies a step while the one before it computes, and none further ahead", async () => {
    const done = await run(fakes.make(["copy_us 200"]), {
      steps: { steps: 8, computeMs: { kind: "fixed", value: 40 } },
    });
    const later = done.microbatches.filter(({ step }) => step > 0);
    // All of them, where the machine leaves the threads a core within 40 ms.
    expect(later.filter(({ copyEndAt, askedAt }) => copyEndAt < askedAt).length).toBeGreaterThanOrEqual(
      later.length / 2,
    );
    for (const { step, copyStartAt } of done.microbatches.filter(({ step }) => step > 1)) {
      expect(copyStartAt).toBeGreaterThan(done.steps[step - 2]!.computeEndAt - CLOCKS_MS);
    }
  });

  fakeTest("without prefetching copies only what was asked for, with room for one step", async () => {
    const fake = fakes.make();
    const done = await run(fake, {
      steps: { prefetchDepth: 0, computeMs: { kind: "fixed", value: 20 } },
    });
    for (const row of done.microbatches) expect(row.readStartAt).toBeGreaterThan(row.askedAt - 5);
    const areaBytes = Math.ceil(Math.max(...done.dataset.bytes) / 256) * 256;
    expect(done.gpu!.deviceBytes).toBe(3 * 4 * areaBytes);
  });

  fakeTest("that is interrupted gives everything back", async () => {
    const fake = fakes.make();
    const controller = new AbortController();
    const done = await run(fake, {
      steps: { steps: 100_000, computeMs: { kind: "fixed", value: 20 } },
      deps: { signal: controller.signal, onRows: () => controller.abort() },
    });
    expect([done.interrupted, done.failure]).toEqual([true, null]);
    expect(done.steps.length).toBeGreaterThan(0);
    expect(done.microbatches.length).toBe(3 * done.steps.length);
    expect(releasedBy(fake)).toEqual(RELEASED);
  });

  fakeTest("that may not begin gives everything back, and nothing was copied", async () => {
    const fake = fakes.make();
    const refuse = () => Promise.reject(new Error("a rank is lost"));
    await expect(run(fake, { deps: { beforeBegin: refuse } })).rejects.toThrow("a rank is lost");
    expect(copiesOf(fake)).toEqual([]);
    expect(releasedBy(fake)).toEqual(RELEASED);
  });
});

describe("a failure in the middle keeps what was measured, and gives everything back", () => {
  fakeTest("of a copy, by CUDA's name for it", async () => {
    const fake = fakes.make(["fail cuMemcpyHtoDAsync_v2 700 150"]);
    const done = await run(fake, { steps: { steps: 100 } });
    // 150 copies are 12 whole steps of 3 times 4 samples.
    expect(done.steps.length).toBeGreaterThan(0);
    expect(done.steps.length).toBeLessThanOrEqual(12);
    expect(done.failure).toMatchObject({
      code: "COPY_FAILED",
      exit: 1,
      message: expect.stringContaining(
        "copying to NVIDIA Fake 0 failed: cuMemcpyHtoDAsync_v2 says CUDA_ERROR_ILLEGAL",
      ),
      hint: expect.stringContaining("What was measured until then is kept."),
    });
    expect(releasedBy(fake)).toEqual(RELEASED);
  });

  fakeTest("of the bytes, where they are read back", async () => {
    const wish = { steps: { steps: 6 } };
    const unnoticed = await run(fakes.make(["corrupt 20"]), wish);
    expect(unnoticed.failure).toBeNull();
    const fake = fakes.make(["corrupt 20"]);
    const noticed = await run(fake, { ...wish, source: { verify: true } });
    expect(noticed.failure).toMatchObject({
      code: "DATA_DIFFERS",
      message: expect.stringContaining("came back from the GPU with other bytes"),
    });
    expect(releasedBy(fake)).toEqual(RELEASED);
  });

  fakeTest("of reading", async () => {
    const fake = fakes.make();
    const dataset = datasets.get("files")!;
    const files = dataset.files.with(5, join(folder, "gone"));
    const done = await run(fake, { source: { dataset: { ...dataset, files } }, steps: { steps: 100 } });
    expect(done.failure).toMatchObject({ code: "READ_FAILED" });
    expect(releasedBy(fake)).toEqual(RELEASED);
  });
});

describe("what cannot be made ready ends the run before it begins, with exit 4", () => {
  const cases: [string, string[], string[], RegExp, string[]][] = [
    [
      "device memory",
      ["memory 100000"],
      [],
      /^NVIDIA Fake 0: .* of its memory cannot be had, for the microbatches of two steps: .*CUDA_ERROR_OUT_OF_MEMORY/,
      ["unregister", "release 0"],
    ],
    [
      "pinning",
      ["fail cuMemHostRegister_v2 2"],
      [],
      /of the readers' buffers cannot be pinned: cuMemHostRegister_v2 says CUDA_ERROR_OUT_OF_MEMORY/,
      ["release 0"],
    ],
    ["the context", ["fail cuDevicePrimaryCtxRetain 2"], [], /the GPU cannot be used/, []],
    ["an old driver", [], ["cuMemHostRegister_v2"], /has no cuMemHostRegister_v2$/, ["release 0"]],
  ];
  for (const [name, script, without, message, released] of cases) {
    fakeTest(name, async () => {
      const fake = fakes.make(script, without);
      const running = run(fake, {});
      await expect(running).rejects.toThrow(message);
      await expect(running).rejects.toMatchObject({ code: "CUDA", exit: 4, hint: expect.any(String) });
      expect(releasedBy(fake)).toEqual(released);
    });
  }
});
