import type { ExitCode } from "../../../core/errors.ts";
import type { AccessPlan } from "../access/schedule.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Distribution } from "../distribution.ts";
import type { Remote } from "../remote/location.ts";
import type { CopierSetup, GpuSetup } from "../to-gpu/copier-setup.ts";
import type { SharedControl } from "./control.ts";
import type { LeavePlan } from "./leave.ts";
import type { QueueDepth } from "./queue-depth.ts";

/** How samples are read: blocking pread(2), the same through node:fs, copied out of mapped files, or many at once by io_uring. */
export const engines = ["pread", "node", "mmap", "io_uring"] as const;
export type Engine = (typeof engines)[number];

/** Where the samples come from; `null` hands out microbatches without reading anything. */
export type Source =
  | {
      kind: "local";
      dataset: Dataset;
      engine: Engine;
      /** Past the page cache. */
      direct: boolean;
      /** With O_DIRECT what memory, offset and length of a read are multiples of, in bytes; 1 without. */
      alignment: number;
      /** Bytes of one read; null for mmap, which has none. */
      blockBytes: number | null;
      /** Reads of each reader that io_uring keeps under way. */
      ioDepth: number;
      /** Compare each sample with its checksum. */
      verify: boolean;
    }
  | {
      kind: "remote";
      dataset: Dataset;
      remote: Remote;
      /** Of one try, and how many there may be after the first. */
      timeoutMs: number;
      retries: number;
      verify: boolean;
    }
  | { kind: "null" };

/** A source that has samples. */
export type SampleSource = Exclude<Source, { kind: "null" }>;

/** What a step is. */
export interface StepPlan {
  /** Before the counted steps. */
  warmupSteps: number;
  steps: number;
  microbatchesPerStep: number;
  /** Microbatches that each reader loads ahead of the one that it is asked for. */
  prefetchDepth: number;
  computeMs: Distribution;
  /** Of the warm-up's steps, where it is another. */
  warmupComputeMs?: number;
  seed: number;
}

export interface ReaderSetup {
  role: "reader";
  worker: number;
  control: SharedControl;
  leave: LeavePlan;
  access: AccessPlan;
  source: Source;
  /** Microbatches that it has room for. */
  slots: number;
  /** This reader's own memory: `slots` microbatches, each of so many areas; null for the null source. */
  memory: { address: number; areaBytes: number } | null;
  /** Where it says at which place each sample is (to-gpu/places.ts); null where no one copies them. */
  places: Float64Array | null;
  /** How often each sample was read, over all readers; null for the null source. */
  visits: Uint32Array | null;
  /** What all readers' requests came to (remote/network-counts.ts); null where there are none. */
  network: Int32Array | null;
  /** The first of its microbatches that is not part of the warm-up. */
  firstCounted: number;
}

export interface ConsumerSetup {
  role: "consumer";
  control: SharedControl;
  /** Of each reader, in samples of an epoch; with a GPU the copier is the only one. */
  shares: readonly number[];
  plan: StepPlan;
}

export type ToThread = ReaderSetup | CopierSetup | ConsumerSetup;

/** An error on its way between threads; `code` is null where it is a bug. */
export interface Failure {
  code: string | null;
  message: string;
  hint: string | undefined;
  exit: ExitCode;
}

export type FromThread =
  | { type: "ready" }
  /** Of the copier, before it is ready. */
  | { type: "gpu"; setup: GpuSetup }
  | { type: "rows"; microbatches: Float64Array; steps: Float64Array }
  /** Of a reader, see ReaderSink. */
  | { type: "depth"; depth: QueueDepth }
  | { type: "first-bytes"; ms: Float64Array }
  | { type: "failed"; failure: Failure }
  | { type: "ended" };
