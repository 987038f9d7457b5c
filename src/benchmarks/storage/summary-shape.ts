import type { Distribution } from "../../analysis/describe.ts";
import type { GateResult } from "../../analysis/gate.ts";
import type { Price } from "../../results/prices/price-sheet.ts";
import type { GpuFigures } from "../../telemetry/gpu/run-figures.ts";
import type { CacheContent, CacheState } from "./cache-state.ts";
import type { DatasetOddities, Layout } from "./dataset/dataset.ts";
import type { StorageCost, StorageEnergy } from "./efficiency.ts";
import type { AcceleratorSearch } from "./find-accelerators.ts";
import type { HotSpots } from "./hot-spots.ts";
import type { Need } from "./need.ts";
import type { Engine } from "./pipeline/messages.ts";
import type { ProcessCost } from "./process-cost.ts";
import type { NetworkCounts } from "./remote/network-counts.ts";
import type { Throughput } from "./throughput.ts";
import type { ToGpuFigures } from "./to-gpu/figures.ts";

/** What summary.json is about, beside the figures. */
export interface StorageIdentity {
  tool: "inferbench";
  version: string;
  runName: string;
  /** ISO 8601. */
  startedAt: string;
  mode: "infer";
  dataRoot: string;
  layout: Layout;
  /** null for a remote source. */
  engine: Engine | null;
  direct: boolean;
  seed: number;
}

export interface Warning {
  code: string;
  message: string;
  hint: string;
}

/** One of several ranks at a glance. */
export interface RankFigures {
  rank: number;
  host: string;
  hostMemoryBytes: number | null;
  stepsDone: number;
  throughput: Throughput | null;
  au: number | null;
  stepP95Ms: number | null;
}

/** summary.json. Times in ms, shares as fractions; null where a figure was not measured or does not apply. */
export interface StorageSummary {
  schemaVersion: 1;
  /** With whether it was ended before its time, by Ctrl-C; what ended it otherwise is `failure`. */
  run: StorageIdentity & { interrupted: boolean };
  steps: {
    asked: number;
    done: number;
    warmup: number;
    microbatchesPerStep: number;
    globalBatchSize: number;
    microbatchSize: number;
  };
  loader: {
    workers: number;
    prefetchDepth: number;
    /** Of one read; null with mmap and for a remote source, which have none. */
    blockBytes: number | null;
    /** Whether the readers compared every sample with its checksum, which takes their time. */
    verify: boolean;
    readersAtWork: { mean: number; max: number } | null;
    /** What loading within the window would have kept up of the throughput, of 1 (see `sustainedShare`). */
    sustainedShare: number | null;
    /** With O_DIRECT: what reads begin and end on multiples of, in bytes. */
    directAlignment: number | null;
    /** With io_uring: reads under way of each reader, asked for and reached; the mean is over the time that any is. */
    queueDepth: { asked: number; mean: number | null; most: number } | null;
  };
  dataset: {
    samples: number;
    files: number;
    bytes: number;
    /** Different samples that were read, warm-up included. */
    samplesRead: number;
    /** Samples read, warm-up included, over those that there are. */
    epochs: number;
    /** What was made before this run, since there was nothing; null where samples were there. */
    made: { samples: number; bytes: number; root: string } | null;
    oddities: DatasetOddities;
    /** Of the machine that read them; of several ranks' machines in `ranks`, here of all together. */
    hostMemoryBytes: number | null;
    /** Free where they are, to an ordinary user, after the run; null where they are elsewhere, or nobody tells. */
    freeBytes: number | null;
  };
  windowS: number | null;
  throughput: Throughput | null;
  metrics: {
    microbatchLoadMs: Distribution | null;
    /** Of it, what the GPU took for the copy. */
    microbatchCopyMs: Distribution | null;
    microbatchWaitMs: Distribution | null;
    stepLoadMs: Distribution | null;
    stepMs: Distribution | null;
    /** Of each read from a store, from sending its first request to the first byte of the answer. */
    firstByteMs: Distribution | null;
  };
  jitterMs: number | null;
  need: Need | null;
  compute: {
    askedMeanMs: number;
    /** Relative error of the emulation's total. */
    error: number | null;
    /** Of single steps: the 99th percentile of how far each was off, relative. */
    stepErrorP99: number | null;
    au: number | null;
    /** Of the same harness with a source that gives everything at once. */
    nullSourceAu: number | null;
  };
  /** Asked of the system, or received over the wire; bytes, warm-up included, and their ratio to the bytes of the samples asked for. */
  reads: {
    sampleBytes: number;
    requestedBytes: number;
    requestedRatio: number | null;
    processBytes: number | null;
    processRatio: number | null;
    device: string | null;
    deviceBytes: number | null;
    deviceRatio: number | null;
  };
  /** Requests to a remote source, tries included; null for samples on this machine. */
  network: NetworkCounts | null;
  /** With --to-gpu. */
  toGpu: ToGpuFigures | null;
  /** With --find-accelerators; the figures above are of its last run. */
  accelerators: AcceleratorSearch | null;
  hotSpots: HotSpots | null;
  cache: { asked: CacheState; before: CacheContent | null; after: CacheContent | null };
  client: ProcessCost;
  cpuSPerGb: number | null;
  /** With --gpu-monitor. */
  gpu: GpuFigures | null;
  energy: StorageEnergy | null;
  cost: StorageCost | null;
  price: Price | null;
  tokensPerSample: number | null;
  validity: { verdict: "fit" | "doubtful" | "unfit"; reasons: string[] };
  /** The conditions of --gate, each with its outcome, over all ranks; in the file of one of several ranks there are none. */
  gates: GateResult[];
  warnings: Warning[];
  /** What each rank contributed, those that were lost left out; null for one process. */
  ranks: RankFigures[] | null;
  /** Ranks of which nothing came: all figures are of the others. */
  lostRanks: number[];
  /** Why the run did not come to its end; null where it did, or was interrupted. */
  failure: string | null;
}
