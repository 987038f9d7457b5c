import { expect, describe as group, test } from "bun:test";
import { describe } from "../analysis/describe.ts";
import type { StorageSummary } from "../benchmarks/storage/summary-shape.ts";
import { storageTable } from "./storage-text.ts";

const times = describe(Float64Array.from({ length: 100 }, (_, i) => 10 + i / 100));
const summary = {
  run: { layout: "tar", direct: true },
  steps: { asked: 100, done: 100, warmup: 1, microbatchesPerStep: 8, globalBatchSize: 64, microbatchSize: 8 },
  loader: { workers: 16, prefetchDepth: 128, readersAtWork: { mean: 15.9, max: 16 }, queueDepth: null },
  dataset: { samples: 1, files: 1, bytes: 1e9, epochs: 3 },
  windowS: 10,
  throughput: { samplesPerS: 1000, samplesPerSLow: 950.5, samplesPerSHigh: 1051, bytesPerS: 1.1e9 },
  metrics: {
    microbatchLoadMs: times,
    microbatchCopyMs: null,
    microbatchWaitMs: times,
    stepLoadMs: times,
    stepMs: times,
    firstByteMs: null,
  },
  jitterMs: 1,
  compute: { askedMeanMs: 10, error: 1.46, stepErrorP99: 123.456, au: 0.45, nullSourceAu: 0.994 },
  reads: { sampleBytes: 1e9, requestedRatio: 1, processRatio: 1, device: "nvme0n1", deviceRatio: 1 },
  network: null,
  toGpu: null,
  accelerators: null,
  hotSpots: null,
  cache: { asked: "asis", before: null, after: null },
  client: { cpuShare: 12.3456 },
  cpuSPerGb: 0.1234,
  gpu: null,
  energy: null,
  cost: null,
  need: null,
  validity: { verdict: "doubtful", reasons: [] },
  gates: [],
  ranks: null,
  lostRanks: [],
} as unknown as StorageSummary;
const lines = (more: Partial<StorageSummary> = {}) =>
  storageTable({ ...summary, ...more }, ["heading"], "complete").split("\n");

test("one sample in one shard is told so, and what a harness has to say fits into 80 columns", () => {
  expect(lines().find((line) => line.startsWith("Data"))).toStartWith("Data        1 sample in 1 tar shard,");
  expect(lines().some((line) => line.includes("made in this run"))).toBe(false);
  const made = { samples: 1, bytes: 1e9, root: "/data" };
  expect(lines({ dataset: { ...summary.dataset, made } })).toContain(
    "            made in this run, in /data",
  );
  const compute = lines().findIndex((line) => line.startsWith("Compute"));
  expect(lines().slice(compute)).toEqual([
    "Compute     emulated, its total off by 146.00 %",
    "            one step in a hundred by 12345.6 %* or more",
  ]);
  for (const line of lines()) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});

test("how far one step in a hundred was off is marked where steps are few, and left out where they are too few", () => {
  const off = (done: number) => lines({ steps: { ...summary.steps, done } }).at(-1);
  expect([499, 500, 19].map(off)).toEqual([
    "            one step in a hundred by 12345.6 %* or more",
    "            one step in a hundred by 12345.6 % or more",
    "Compute     emulated, its total off by 146.00 %",
  ]);
});

test("the page cache is told of, and of which files", () => {
  const content = (share: number) => ({
    method: "mincore" as const,
    pages: 100,
    cachedPages: 100 * share,
    share,
  });
  const cache = { asked: "asis" as const, before: content(0.1), after: content(1) };
  expect(lines({ cache })).toContain(
    "Page cache  asis: 10.0 % before, 100.0 % after, of the files that the run reads",
  );
});

test("one reader is one", () => {
  const loader = { ...summary.loader, workers: 1, prefetchDepth: 0, readersAtWork: { mean: 1, max: 1 } };
  expect(lines({ loader })).toContain("Loader      1 reader, 0 ahead; at work: mean 1.00, most 1");
});

test("throughput has its interval, where steps are enough for one", () => {
  const throughput = { ...summary.throughput!, samplesPerSLow: null, samplesPerSHigh: null };
  expect(lines()).toContain("Throughput  1,000 samples/s [951 to 1,051] · 1.10 GB/s");
  expect(lines({ throughput })).toContain("Throughput  1,000 samples/s · 1.10 GB/s");
});

test("an accelerator that starves is told what it needs, and what would help", () => {
  const need = { neededBytesPerS: 2.4e9, getsBytesPerS: 1.1e9, starves: true, remedies: ["more-readers"] };
  expect(lines({ need: need as StorageSummary["need"] }).slice(-2)).toEqual([
    "Needs 2.40 GB/s to keep the accelerator busy; gets 1.10 GB/s.",
    "  all readers were at work: more --num-workers, or --io-depth, may help",
  ]);
  const fed = { ...need, starves: false, remedies: [] };
  expect(lines({ need: fed }).some((line) => line.startsWith("Needs"))).toBe(false);
});

group("accelerators", () => {
  const of = (accelerators: StorageSummary["accelerators"]) => {
    const all = lines({ accelerators });
    const at = all.findIndex((line) => line.startsWith("Feeds"));
    return all.slice(at, all.indexOf("", at));
  };
  const trial = (accelerators: number, au: number) => ({ accelerators, au, bytesPerS: 1e9 });
  const trials = [trial(4, 0.97), trial(8, 0.5), trial(6, 0.91), trial(7, 0.83)];

  test("that a run confirmed", () => {
    const runs = [trial(6, 0.83), trial(5, 0.93)];
    expect(of({ leastAu: 0.9, found: 5, trials, runs })).toEqual([
      "Feeds       5 accelerators at an AU of at least 90.0 %",
      "            AU 83.0 % with 6",
    ]);
  });

  test("with the digits that tell an AU just below the least from it", () => {
    const close = [trial(1, 0.97), trial(2, 0.89978)];
    expect(of({ leastAu: 0.9, found: 1, trials: close, runs: [trial(1, 0.97)] })).toEqual([
      "Feeds       1 accelerator at an AU of at least 90.0 %",
      "            AU 89.98 % with 2",
    ]);
  });

  test("that none did", () => {
    const runs = [trial(6, 0.83), trial(5, 0.85)];
    expect(of({ leastAu: 0.9, found: null, trials, runs })).toEqual([
      "Feeds       not confirmed: the trials' AU of at least 90.0 %",
      "            AU in the run 85.0 % with 5, 83.0 % with 6",
    ]);
  });
});

test("lost ranks are counted and named, and what the throughput is of", () => {
  const rank = { rank: 0, host: "node-1", hostMemoryBytes: null, stepsDone: 100, au: 0.45, stepP95Ms: 1 };
  const all = lines({
    ranks: [{ ...rank, throughput: summary.throughput }],
    lostRanks: [1],
  });
  expect(all).toContain("Throughput  1,000 samples/s [951 to 1,051] · 1.10 GB/s (of 1 of 2 ranks)");
  expect(all).toContain("Ranks       1 of 2 (rank 1 was lost)");
});

test("a null source below the run was disturbed", () => {
  const compute = { ...summary.compute, au: 0.994, nullSourceAu: 0.97 };
  expect(lines({ compute })).toContain(
    "AU          99.4 % (a source that costs nothing: 97.0 %, disturbed meanwhile)",
  );
});
