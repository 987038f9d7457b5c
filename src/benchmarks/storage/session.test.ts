import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../../test/skip.ts";
import { dropPages } from "../../native/file-io.ts";
import { parseCsv } from "../../results/csv.ts";
import { readDisk } from "../../results/environment/disk.ts";
import { openLineWriter } from "../../results/jsonl-writer.ts";
import { startStorageThread } from "../../workers.ts";
import type { CacheState } from "./cache-state.ts";
import type { Dataset } from "./dataset/dataset.ts";
import { openDataset } from "./dataset/open-dataset.ts";
import { noEfficiency } from "./efficiency.ts";
import { generate } from "./generate/generate.ts";
import { pipelinePlan, type StorageSettings } from "./plan.ts";
import { openRowFiles, type RowFile } from "./row-files.ts";
import { runSession } from "./session.ts";
import type { StorageIdentity } from "./summary-shape.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-session-"));
  const sampleBytes = { kind: "fixed", value: 8192 } as const;
  await generate(join(folder, "data"), {
    layout: "tar",
    samples: 40,
    sampleBytes,
    samplesPerShard: 10,
    seed: 1,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings: StorageSettings = {
  steps: 6,
  warmupSteps: 2,
  globalBatchSize: 8,
  microbatchSize: 2,
  workers: 2,
  prefetchDepth: 1,
  computeMs: { kind: "fixed", value: 2 },
  order: { kind: "shuffled" },
  sharding: "interleaved",
  engine: "pread",
  direct: false,
  ioDepth: 1,
  blockBytes: 4096,
  verify: true,
  cache: "warm",
  seed: 5,
  toGpu: false,
};

test("a session's summary and files say what was done", async () => {
  const dataset = await openDataset(join(folder, "data"), null);
  const path = (file: RowFile) => join(folder, `${file}.csv`);
  const files = openRowFiles((file) => openLineWriter(path(file)));
  const stages: string[] = [];
  const { summary, interrupted, failure } = await runSession(
    {
      pipeline: pipelinePlan(settings, dataset, null),
      dataset,
      hasMade: false,
      cache: "warm",
      calibrate: true,
      findAccelerators: null,
    },
    {
      startThread: startStorageThread,
      identity: { runName: "test", layout: "tar", direct: false } as StorageIdentity,
      signal: new AbortController().signal,
      gpu: null,
      efficiency: noEfficiency,
      onStage: (stage) => stages.push(stage),
      onTrial() {},
      onAgain() {},
      onRows: (microbatches, steps) => files.add(microbatches, steps),
    },
  );
  files.close();
  expect([interrupted, failure, stages]).toEqual([false, null, ["calibrate", "cache", "run"]]);
  expect(summary.steps).toMatchObject({
    asked: 6,
    done: 6,
    warmup: 2,
    microbatchesPerStep: 4,
    globalBatchSize: 8,
  });
  expect(summary.dataset).toMatchObject({ samples: 40, files: 4, samplesRead: 40, epochs: 64 / 40 });
  expect(summary.loader).toMatchObject({ blockBytes: 4096, verify: true });
  expect(summary.warnings.map(({ code }) => code)).toContain("VERIFY");
  expect(summary.reads).toMatchObject({ sampleBytes: 64 * 8192, requestedRatio: 1 });
  expect(summary.cache).toMatchObject({ asked: "warm", before: { share: 1 }, after: { share: 1 } });
  expect(summary.metrics.microbatchLoadMs!.n).toBe(24);
  expect(summary.metrics.stepMs!.n).toBe(6);
  expect(summary.compute.nullSourceAu).toBeGreaterThan(0);
  const seconds = summary.windowS!;
  expect(summary.throughput!.samplesPerS).toBeCloseTo(48 / seconds, 6);
  expect(summary.compute.au).toBeGreaterThan(0);
  expect(summary.compute.au).toBeLessThanOrEqual(1);

  const rows = (file: RowFile) => parseCsv(readFileSync(path(file), "utf8"));
  expect(readFileSync(path("seedSteps"), "utf8")).toMatch(/^0,\d+\.\d{6}\r\n1,/);
  expect(rows("seedSteps").map(([step]) => step)).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect(
    rows("seedMicrobatches")
      .slice(0, 5)
      .map((row) => row.slice(0, 2).join()),
  ).toEqual(["0,0", "0,1", "0,2", "0,3", "1,0"]);
  expect(rows("seedMicrobatches").length).toBe(24);
  expect(rows("steps").length).toBe(1 + 8);
  expect(rows("microbatches").length).toBe(1 + 32);
  expect(rows("steps")[0]!.slice(0, 2)).toEqual(["step", "samples"]);
});

test("a file that goes away in the middle takes nothing of what was measured with it", async () => {
  await generate(join(folder, "going"), {
    layout: "files",
    samples: 40,
    sampleBytes: { kind: "fixed", value: 1000 },
    samplesPerShard: 1,
    seed: 1,
  });
  const dataset = await openDataset(join(folder, "going"), null);
  const own = {
    ...settings,
    computeMs: { kind: "fixed", value: 1 } as const,
    order: { kind: "sequential" } as const,
  };
  const { summary, failure } = await runSession(
    {
      pipeline: pipelinePlan({ ...own, steps: 100 }, dataset, null),
      dataset,
      hasMade: false,
      cache: "asis",
      calibrate: false,
      findAccelerators: null,
    },
    {
      startThread: startStorageThread,
      identity: { runName: "test", layout: "files", direct: false } as StorageIdentity,
      signal: new AbortController().signal,
      gpu: null,
      efficiency: noEfficiency,
      onStage: () => {},
      onTrial() {},
      onAgain() {},
      onRows: () => rmSync(dataset.files[39]!, { force: true }),
    },
  );
  expect(failure).toMatchObject({ code: "READ_FAILED" });
  expect(summary.steps.done).toBeGreaterThan(0);
  expect(summary.cache.after).toBeNull();
});

const onDisk = testWhere(readDisk("/", tmpdir()).fileSystem !== "tmpfs", "the temporary folder is in memory");

describe("the page cache is proved", () => {
  const shards = 300;
  let dataset: Dataset;
  beforeAll(async () => {
    const root = join(folder, "proved");
    const sampleBytes = { kind: "fixed", value: 8192 } as const;
    await generate(root, { layout: "records", samples: shards, sampleBytes, samplesPerShard: 1, seed: 1 });
    dataset = await openDataset(root, null);
  });
  /** The first shards are read, two of them before the counted steps. */
  const run = (cache: CacheState, startThread = startStorageThread) => {
    const more = { steps: 1, warmupSteps: 1, globalBatchSize: 2, order: { kind: "sequential" } } as const;
    const own = { ...settings, ...more, cache };
    return runSession(
      {
        pipeline: pipelinePlan(own, dataset, null),
        dataset,
        hasMade: false,
        cache,
        calibrate: false,
        findAccelerators: null,
      },
      {
        startThread,
        identity: { runName: "test", layout: "records", direct: false } as StorageIdentity,
        signal: new AbortController().signal,
        gpu: null,
        efficiency: noEfficiency,
        onStage: () => {},
        onTrial() {},
        onAgain() {},
        onRows() {},
      },
    );
  };
  const held = (file: number) => {
    const mapping = Bun.mmap(dataset.files[file]!);
    expect(mapping.filter((byte) => byte > 0).length).toBeGreaterThan(0);
    return mapping;
  };

  onDisk(
    "over what is read: a shard of 300 that someone holds matters where it is one of these",
    async () => {
      const other = held(299);
      const { summary } = await run("cold");
      expect(summary.cache.before).toMatchObject({ pages: 8, cachedPages: 0 });
      const own = held(0);
      await expect(run("cold")).rejects.toMatchObject({ code: "CACHE_STATE" });
      expect([other.length, own.length]).toEqual([8192, 8192]);
    },
  );

  onDisk("when the buffers are there, which may have driven it out", async () => {
    expect((await run("warm")).summary.cache.before).toMatchObject({ share: 1 });
    const startThread = () => {
      for (const path of dataset.files) {
        const fd = openSync(path, "r");
        dropPages(fd);
        closeSync(fd);
      }
      return startStorageThread();
    };
    await expect(run("warm", startThread)).rejects.toMatchObject({ code: "CACHE_STATE" });
  });
});

test("rows that a full disk does not take are an error", () => {
  const write = () => {
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  const files = openRowFiles((file) => openLineWriter(join(folder, `full-${file}`), { write }));
  expect(files.error).toBeNull();
  files.close();
  expect(files.error).toMatchObject({ code: "OUTPUT_NO_SPACE", exit: 4 });
});

test("settings that the samples cannot serve are refused", async () => {
  const dataset = await openDataset(join(folder, "data"), null);
  expect(() => pipelinePlan({ ...settings, cache: "cold" }, dataset, null)).toThrow(/reads 64 samples of 40/);
  expect(() => pipelinePlan({ ...settings, cache: "cold", direct: true }, dataset, null)).not.toThrow();
  const strided = (stride: number) =>
    pipelinePlan({ ...settings, order: { kind: "strided", stride } }, dataset, null);
  expect(() => strided(40)).toThrow(/--stride 40 of 40 samples is --access sequential/);
  expect(() => strided(39)).not.toThrow();
  expect(() => pipelinePlan(settings, { ...dataset, checksums: null }, null)).toThrow(/no checksums/);
});
