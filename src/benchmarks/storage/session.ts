import { readDisk } from "../../results/environment/disk.ts";
import { readMemory } from "../../results/environment/memory.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import { endMonitor } from "../../telemetry/gpu/run-figures.ts";
import {
  type CacheContent,
  type CacheState,
  cacheContent,
  prepareCache,
  provenCache,
} from "./cache-state.ts";
import type { Dataset } from "./dataset/dataset.ts";
import { type DeviceReads, readDeviceReads } from "./device-reads.ts";
import { meanOf } from "./distribution.ts";
import type { EfficiencyContext } from "./efficiency.ts";
import { acceleratorUtilisation, windowS } from "./figures.ts";
import { filesRead } from "./files-read.ts";
import { confirmed, findAccelerators, nextToTry, planFor, type Trial } from "./find-accelerators.ts";
import { Measurements } from "./measurements.ts";
import type { MicrobatchRow, StepRow } from "./pipeline/rows.ts";
import { type PipelineDeps, type PipelinePlan, runPipeline } from "./pipeline/run.ts";
import { nullPlan } from "./plan.ts";
import { watchCost } from "./process-cost.ts";
import { summarizeStorage } from "./summary.ts";
import type { StorageIdentity, StorageSummary } from "./summary-shape.ts";

/** What to run. */
export interface SessionPlan {
  pipeline: PipelinePlan;
  dataset: Dataset;
  /** Whether the samples were made for this run. */
  hasMade: boolean;
  cache: CacheState;
  /** Whether the null source is measured first. */
  calibrate: boolean;
  /** The AU that accelerators have to reach, of which to find how many can be fed; null for a run as it is. */
  findAccelerators: { leastAu: number; bufferBytesMost: number } | null;
}

export interface SessionDeps extends Pick<PipelineDeps, "startThread" | "beforeBegin"> {
  identity: StorageIdentity;
  /** The GPU monitor, or why there is none; null where none was asked for. Ended with the run. */
  gpu: GpuMonitorStart | null;
  efficiency: EfficiencyContext;
  signal: AbortSignal;
  onStage: (stage: "calibrate" | "cache" | "search" | "run") => void;
  onTrial: (trial: Trial) => void;
  /** Told before a further run, with fewer accelerators: what was measured until then counts no more. */
  onAgain: (accelerators: number) => void;
  /** Told of the rows as they come, and of all that was measured until then. */
  onRows: (microbatches: readonly MicrobatchRow[], steps: readonly StepRow[], measured: Measurements) => void;
}

export interface SessionResult {
  summary: StorageSummary;
  interrupted: boolean;
  failure: Error | null;
  /** What the summary was computed from. */
  measured: Measurements;
  visits: Uint32Array;
}

/** Nothing of a remote source goes through this machine's disks. */
const NOT_LOCAL: DeviceReads = { processBytes: null, deviceBytes: null, device: null };
/** The null source runs for about so long. */
const CALIBRATION_MS = 1000;

/** Calibrates, brings the cache into its state, runs, and sums up. @throws ToolError where the cache cannot be brought there */
export async function runSession(plan: SessionPlan, deps: SessionDeps): Promise<SessionResult> {
  const { dataset, hasMade } = plan;
  const found = await search(plan, deps);
  const runs: Trial[] = [];
  let accelerators = found === null ? null : Math.max(1, found.most);
  let run = await runOnce(plan, accelerators, deps);
  while (found !== null && accelerators !== null) {
    runs.push(...trialOf(accelerators, run.measured));
    accelerators = isWhole(run) ? nextToTry(found, runs) : null;
    if (accelerators === null) break;
    deps.onAgain(accelerators);
    run = await runOnce(plan, accelerators, deps);
  }
  const { measured, interrupted, failure, visits } = run;
  const gpu = await endMonitor(deps.gpu, { fromMs: measured.startAt ?? 0, toMs: measured.endAt ?? 0 });
  deps.efficiency.meter?.stop();
  const summary = summarizeStorage({
    ...run,
    dataset,
    hasMade,
    accelerators: found === null ? null : confirmed(found, runs, !isWhole(run)),
    identity: deps.identity,
    hostMemoryBytes: readMemory("/").totalBytes,
    freeBytes: plan.pipeline.source.kind === "local" ? readDisk("/", dataset.root).freeBytes : null,
    gpu,
    efficiency: deps.efficiency,
  });
  return { summary, interrupted, failure, measured, visits };
}

function isWhole({ interrupted, failure }: Pick<SessionResult, "interrupted" | "failure">): boolean {
  return !interrupted && failure === null;
}

/** A run as a trial; nothing where it had no step. */
function trialOf(accelerators: number, measured: Measurements): Trial[] {
  const [au, seconds] = [acceleratorUtilisation(measured), windowS(measured)];
  return au === null || seconds === null ? [] : [{ accelerators, au, bytesPerS: measured.bytes / seconds }];
}

/** One run, with its calibration and its cache. @param accelerators null: as it is asked for */
async function runOnce(plan: SessionPlan, accelerators: number | null, deps: SessionDeps) {
  const { dataset } = plan;
  const { startThread, signal } = deps;
  const pipeline =
    accelerators === null
      ? plan.pipeline
      : planFor(plan.pipeline, accelerators, plan.findAccelerators!.bufferBytesMost);
  const calibration = plan.calibrate ? await calibrate(pipeline, deps) : null;
  deps.onStage("cache");
  const files = pipeline.source.kind === "local" ? filesOf(pipeline, dataset) : null;
  if (files !== null) await prepareCache(files, plan.cache, signal);
  deps.onStage("run");
  const measured = new Measurements();
  let before: CacheContent | null = null;
  const readsNow = () => (files !== null ? readDeviceReads(dataset.root) : NOT_LOCAL);
  let readsBefore = readsNow();
  let endCost = watchCost();
  const { gpu: gpuSetup, ...result } = await runPipeline(pipeline, {
    startThread,
    signal,
    async beforeBegin() {
      // Only now: the buffers that were taken since may have driven out what was warm.
      if (files !== null) before = await provenCache(files, plan.cache, signal);
      await deps.beforeBegin?.();
      readsBefore = readsNow();
      endCost = watchCost();
    },
    onRows(microbatches, steps) {
      measured.add(microbatches, steps);
      deps.onRows(microbatches, steps, measured);
    },
    onFirstBytes: (ms) => measured.addFirstBytes(ms),
  });
  const client = endCost();
  const readsAfter = readsNow();
  // A file that is gone by now takes nothing of what was measured with it.
  const after = files !== null ? await cacheContent(files).catch(() => null) : null;
  const cache = { asked: plan.cache, before, after };
  return {
    ...result,
    plan: pipeline,
    measured,
    calibration,
    gpuSetup,
    cache,
    readsBefore,
    readsAfter,
    client,
  };
}

function filesOf({ access, steps }: PipelinePlan, dataset: Dataset) {
  return filesRead(dataset, access, (steps.warmupSteps + steps.steps) * steps.microbatchesPerStep);
}

/** @returns null where none was asked for, or it was interrupted */
async function search({ pipeline, findAccelerators: asked }: SessionPlan, deps: SessionDeps) {
  if (asked === null) return null;
  deps.onStage("search");
  const meanComputeMs = meanOf(pipeline.steps.computeMs);
  const { startThread, signal, onTrial } = deps;
  return findAccelerators({ plan: pipeline, meanComputeMs, ...asked }, { startThread, signal }, onTrial);
}

/** @returns null where there is no compute to be kept busy with */
async function calibrate(pipeline: PipelinePlan, deps: SessionDeps): Promise<Measurements | null> {
  const meanMs = meanOf(pipeline.steps.computeMs);
  if (meanMs === 0) return null;
  deps.onStage("calibrate");
  const measured = new Measurements();
  const { failure } = await runPipeline(nullPlan(pipeline, meanMs, CALIBRATION_MS), {
    startThread: deps.startThread,
    signal: deps.signal,
    onRows: (microbatches, steps) => measured.add(microbatches, steps),
  });
  if (failure !== null) throw failure;
  return measured;
}
