import { usageError } from "../../core/errors.ts";
import type { AccessOrder } from "./access/order.ts";
import { type AccessPlan, countsOf, sharesOf } from "./access/schedule.ts";
import type { Sharding } from "./access/sharding.ts";
import type { CacheState } from "./cache-state.ts";
import type { Dataset } from "./dataset/dataset.ts";
import { directAlignmentOf } from "./direct.ts";
import type { Distribution } from "./distribution.ts";
import { MOST_MICROBATCHES } from "./pipeline/control.ts";
import type { Engine, SampleSource } from "./pipeline/messages.ts";
import type { PipelinePlan } from "./pipeline/run.ts";

/** Everything that decides what a run does, but for the samples themselves. */
export interface StorageSettings {
  steps: number;
  warmupSteps: number;
  /** Samples of a step over all ranks, and of a microbatch. */
  globalBatchSize: number;
  microbatchSize: number;
  workers: number;
  prefetchDepth: number;
  computeMs: Distribution;
  order: AccessOrder;
  sharding: Sharding;
  engine: Engine;
  direct: boolean;
  /** Of one read; null for mmap, which has none. */
  blockBytes: number | null;
  /** Reads that each reader keeps under way: 1 but with io_uring. */
  ioDepth: number;
  verify: boolean;
  cache: CacheState;
  seed: number;
  /** Whether microbatches are copied to a GPU. */
  toGpu: boolean;
}

/** Which of how many processes that share the samples. */
export type RankPlace = Pick<AccessPlan, "rank" | "ranks">;

const ALONE: RankPlace = { rank: 0, ranks: 1 };

/** @throws ToolError USAGE where settings contradict one another */
export function checkSettings(settings: StorageSettings, ranks = 1): void {
  const { globalBatchSize, microbatchSize, engine, direct } = settings;
  if (globalBatchSize % microbatchSize !== 0) {
    throw usageError(
      `--gbs ${globalBatchSize} is not a multiple of --mbs ${microbatchSize}`,
      "A step is made of whole microbatches.",
    );
  }
  if (globalBatchSize % (microbatchSize * ranks) !== 0) {
    throw usageError(
      `--gbs ${globalBatchSize} is not a multiple of --mbs ${microbatchSize} times ${ranks} ranks`,
      "Each rank loads as many whole microbatches of a step as the others.",
    );
  }
  if (direct && engine === "mmap") {
    throw usageError("--direct is for reads, and --engine mmap has none", "Take --engine pread.");
  }
}

/** A plan that reads samples. */
export type SamplePlan = PipelinePlan & { source: SampleSource };

/** How a store is read; null for samples on this machine. */
export type RemoteSettings = Pick<
  SampleSource & { kind: "remote" },
  "remote" | "timeoutMs" | "retries"
> | null;

/** @throws ToolError USAGE where this dataset cannot serve the settings */
export function pipelinePlan(
  settings: StorageSettings,
  dataset: Dataset,
  remote: RemoteSettings,
  place: RankPlace = ALONE,
): SamplePlan {
  const { verify, direct, steps, warmupSteps, globalBatchSize, microbatchSize } = settings;
  if (verify && dataset.checksums === null) {
    throw usageError(
      `--verify: there are no checksums of the samples in ${dataset.root}`,
      "Only generated samples have them.",
    );
  }
  const source: SampleSource =
    remote === null ? localSource(settings, dataset) : { kind: "remote", dataset, ...remote, verify };
  const access: AccessPlan = {
    samples: dataset.fileOf.length,
    order: settings.order,
    sharding: settings.sharding,
    seed: settings.seed,
    microbatchSize,
    // These alone: the plan goes to threads.
    rank: place.rank,
    ranks: place.ranks,
    workers: settings.workers,
  };
  if (settings.order.kind === "strided" && settings.order.stride >= access.samples) {
    throw usageError(
      `--stride ${settings.order.stride} of ${access.samples} samples is --access sequential`,
      "Take a smaller stride, or say sequential.",
    );
  }
  if (sharesOf(access).every((share) => share === 0)) {
    throw usageError(
      `of ${access.samples} samples none falls to rank ${place.rank} of ${place.ranks}`,
      "Use more samples than there are readers over all ranks, or fewer ranks.",
    );
  }
  const microbatchesPerStep = globalBatchSize / microbatchSize / place.ranks;
  if ((warmupSteps + steps) * microbatchesPerStep > MOST_MICROBATCHES) {
    throw usageError(
      `--steps ${steps} of ${microbatchesPerStep} microbatches are more than ${MOST_MICROBATCHES}`,
      "Take fewer: Ctrl-C ends a run of any length, with its summary.",
    );
  }
  const plan: SamplePlan = {
    access,
    source,
    steps: {
      steps,
      warmupSteps,
      microbatchesPerStep,
      prefetchDepth: settings.prefetchDepth,
      computeMs: settings.computeMs,
      seed: settings.seed,
    },
  };
  if (settings.cache === "cold" && !direct && readsAgain(plan)) {
    throw usageError(
      `--cache cold: the run reads ${(warmupSteps + steps) * globalBatchSize} samples of ${access.samples}, and a reader that is through with its share begins again, from the page cache`,
      "Use fewer steps or more samples, or read past the page cache with --direct.",
    );
  }
  return plan;
}

function localSource(
  { engine, direct, blockBytes, ioDepth, verify }: StorageSettings,
  dataset: Dataset,
): SampleSource {
  const alignment = direct ? directAlignmentOf(dataset).bytes : 1;
  if (blockBytes !== null && blockBytes % alignment !== 0) {
    throw usageError(
      `--read-buffer-kb ${blockBytes / 1024} with --direct: O_DIRECT reads multiples of ${alignment / 1024} KiB in ${dataset.root}`,
    );
  }
  return { kind: "local", dataset, engine, direct, alignment, blockBytes, ioDepth, verify };
}

/** Whether some reader gets to the end of its share, and begins again. */
function readsAgain({ access, steps }: PipelinePlan): boolean {
  const shares = sharesOf(access);
  const counts = countsOf(shares, (steps.warmupSteps + steps.steps) * steps.microbatchesPerStep);
  return shares.some((share, worker) => counts[worker]! * access.microbatchSize > share);
}

/** Microbatches until the compiler has done what it is going to do; on two processors steps of 64 wait 5 ms before, 0.5 ms after. */
const WARM_MICROBATCHES = 5000;

/** A run of the same shape that reads nothing, of about `ms`: what the harness itself costs. */
export function nullPlan(plan: PipelinePlan, meanComputeMs: number, ms: number): PipelinePlan {
  const steps = Math.max(20, Math.min(1000, Math.round(ms / Math.max(meanComputeMs, 0.01))));
  const warmupSteps = Math.min(
    500,
    Math.max(20, Math.round(WARM_MICROBATCHES / plan.steps.microbatchesPerStep)),
  );
  return {
    access: plan.access,
    source: { kind: "null" },
    steps: { ...plan.steps, steps, warmupSteps, warmupComputeMs: Math.min(meanComputeMs, 0.5) },
  };
}
