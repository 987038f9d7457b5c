import { describe } from "../../analysis/describe.ts";
import { sum } from "../../analysis/sum.ts";
import type { GrowingFloats } from "../../core/growing-floats.ts";
import type { GpuFigures } from "../../telemetry/gpu/run-figures.ts";
import type { CacheContent, CacheState } from "./cache-state.ts";
import { type Dataset, totalBytes } from "./dataset/dataset.ts";
import type { DeviceReads } from "./device-reads.ts";
import { type EfficiencyContext, efficiencyOf } from "./efficiency.ts";
import {
  acceleratorUtilisation,
  computeError,
  computeStepErrorP99,
  jitterMs,
  readersAtWork,
  sustainedShare,
  windowS,
} from "./figures.ts";
import type { AcceleratorSearch } from "./find-accelerators.ts";
import { hotSpotsOf } from "./hot-spots.ts";
import type { Measurements } from "./measurements.ts";
import { needOf } from "./need.ts";
import type { Source } from "./pipeline/messages.ts";
import type { QueueDepth } from "./pipeline/queue-depth.ts";
import type { PipelinePlan } from "./pipeline/run.ts";
import type { ProcessCost } from "./process-cost.ts";
import type { NetworkCounts } from "./remote/network-counts.ts";
import type { StorageIdentity, StorageSummary } from "./summary-shape.ts";
import { type RankSteps, throughputInterval } from "./throughput.ts";
import type { GpuSetup } from "./to-gpu/copier-setup.ts";
import { toGpuFigures } from "./to-gpu/figures.ts";
import { validityOf } from "./validity.ts";
import { warningsOf } from "./warnings.ts";

/** Everything that the figures are computed from. */
export interface SummaryContext {
  identity: StorageIdentity;
  plan: PipelinePlan;
  dataset: Dataset;
  /** Whether the samples were made for this run. */
  hasMade: boolean;
  measured: Measurements;
  /** Of the null source; null where it was left out. */
  calibration: Measurements | null;
  visits: Uint32Array;
  /** Whether it ended before its last step. */
  interrupted: boolean;
  failure: Error | null;
  network: NetworkCounts | null;
  gpuSetup: GpuSetup | null;
  queueDepth: QueueDepth | null;
  accelerators: AcceleratorSearch | null;
  cache: { asked: CacheState; before: CacheContent | null; after: CacheContent | null };
  /** What the machine has. */
  hostMemoryBytes: number | null;
  /** Free on the disk of the samples. */
  freeBytes: number | null;
  readsBefore: DeviceReads;
  readsAfter: DeviceReads;
  client: ProcessCost;
  gpu: GpuFigures | null;
  efficiency: EfficiencyContext;
}

/** Computes summary.json of one process; pure. */
export function summarizeStorage(context: SummaryContext): StorageSummary {
  const { identity, plan, dataset, measured, calibration, visits, cache, client } = context;
  const { access, steps } = plan;
  const asked = measured.computeAskedMs.toArray();
  const compute = {
    askedMeanMs: asked.length === 0 ? 0 : sum(asked) / asked.length,
    error: computeError(measured),
    stepErrorP99: computeStepErrorP99(measured),
    au: acceleratorUtilisation(measured),
    nullSourceAu: calibration === null ? null : acceleratorUtilisation(calibration),
  };
  const figures = {
    schemaVersion: 1 as const,
    run: { ...identity, interrupted: context.interrupted && context.failure === null },
    steps: {
      asked: steps.steps,
      done: measured.steps,
      warmup: measured.warmupSteps,
      microbatchesPerStep: steps.microbatchesPerStep,
      globalBatchSize: steps.microbatchesPerStep * access.microbatchSize * access.ranks,
      microbatchSize: access.microbatchSize,
    },
    loader: {
      workers: access.workers,
      prefetchDepth: steps.prefetchDepth,
      blockBytes: plan.source.kind === "local" ? plan.source.blockBytes : null,
      verify: plan.source.kind !== "null" && plan.source.verify,
      readersAtWork: readersAtWork(measured),
      sustainedShare: sustainedShare(measured),
      directAlignment: plan.source.kind === "local" && plan.source.direct ? plan.source.alignment : null,
      queueDepth: depthFigures(plan.source, context.queueDepth),
    },
    dataset: {
      samples: dataset.fileOf.length,
      files: dataset.files.length,
      bytes: totalBytes(dataset),
      samplesRead: visits.reduce((count, times) => count + (times > 0 ? 1 : 0), 0),
      epochs: measured.total.samples / dataset.fileOf.length,
      made: context.hasMade
        ? { samples: dataset.fileOf.length, bytes: totalBytes(dataset), root: dataset.root }
        : null,
      oddities: dataset.oddities,
      hostMemoryBytes: context.hostMemoryBytes,
      freeBytes: context.freeBytes,
    },
    ...measuredFigures(measured),
    jitterMs: jitterMs(measured),
    compute,
    reads: readsOf(context),
    network: context.network,
    toGpu: toGpuFigures(measured, {
      target: plan.toGpu,
      setup: context.gpuSetup,
      rank: access.rank,
      verified: plan.source.kind !== "null" && plan.source.verify,
    }),
    accelerators: context.accelerators,
    hotSpots: hotSpotsOf(dataset, [access], steps, measured.steps),
    cache,
    client,
    cpuSPerGb:
      measured.total.bytes === 0
        ? null
        : (client.cpuUserMs + client.cpuSystemMs) / 1000 / (measured.total.bytes / 1e9),
    gpu: context.gpu,
    ...efficiencyOf(measured, context.efficiency),
    price: context.efficiency.price,
    tokensPerSample: context.efficiency.tokensPerSample,
    validity: validityOf({
      compute,
      steps: measured.steps,
      sustainedShare: sustainedShare(measured),
      accelerators: context.accelerators,
    }),
    gates: [],
    ranks: null,
    lostRanks: [],
    failure: context.failure?.message ?? null,
  };
  const whole = { ...figures, need: needOf(figures) };
  return { ...whole, warnings: warningsOf(whole) };
}

/**
 * What follows from the records alone, those of one process or of all ranks.
 * @param ranks each one's own steps; null: they are those of one process
 */
export function measuredFigures(
  measured: Measurements,
  ranks: readonly RankSteps[] | null = null,
): Pick<StorageSummary, "windowS" | "throughput" | "metrics"> {
  const seconds = windowS(measured);
  const described = (values: GrowingFloats) => describe(values.toArray());
  const stepMs = described(measured.stepMs);
  return {
    windowS: seconds,
    throughput: throughputOf(measured, seconds, ranks ?? [{ samples: measured.samples, stepMs }]),
    metrics: {
      microbatchLoadMs: described(measured.microbatchLoadMs),
      microbatchCopyMs: described(measured.microbatchCopyMs),
      microbatchWaitMs: described(measured.microbatchWaitMs),
      stepLoadMs: described(measured.stepLoadMs),
      stepMs,
      firstByteMs: described(measured.firstByteMs),
    },
  };
}

function throughputOf(
  { samples, bytes }: Measurements,
  seconds: number | null,
  ranks: readonly RankSteps[],
): StorageSummary["throughput"] {
  if (seconds === null || seconds === 0) return null;
  const samplesPerS = samples / seconds;
  const { low, high } = throughputInterval(samplesPerS, ranks);
  return { samplesPerS, samplesPerSLow: low, samplesPerSHigh: high, bytesPerS: bytes / seconds };
}

function depthFigures(source: Source, depth: QueueDepth | null): StorageSummary["loader"]["queueDepth"] {
  if (source.kind !== "local" || depth === null) return null;
  const { weightedMs, busyMs, most } = depth;
  return { asked: source.ioDepth, mean: busyMs === 0 ? null : weightedMs / busyMs, most };
}

function readsOf({ measured, readsBefore, readsAfter }: SummaryContext): StorageSummary["reads"] {
  const { bytes: sampleBytes, requestedBytes } = measured.total;
  const ratio = (bytes: number | null) => (bytes === null || sampleBytes === 0 ? null : bytes / sampleBytes);
  const difference = (after: number | null, before: number | null) =>
    after === null || before === null ? null : after - before;
  const processBytes = difference(readsAfter.processBytes, readsBefore.processBytes);
  const deviceBytes = difference(readsAfter.deviceBytes, readsBefore.deviceBytes);
  return {
    sampleBytes,
    requestedBytes,
    requestedRatio: ratio(requestedBytes),
    processBytes,
    processRatio: ratio(processBytes),
    device: readsAfter.device,
    deviceBytes,
    deviceRatio: ratio(deviceBytes),
  };
}
