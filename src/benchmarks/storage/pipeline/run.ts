import { ToolError } from "../../../core/errors.ts";
import { allocateTouched } from "../../../native/file-io.ts";
import { type AccessPlan, countsOf, sharesOf } from "../access/schedule.ts";
import { largestSample } from "../dataset/dataset.ts";
import { type NetworkCounts, networkCounters, networkCounts } from "../remote/network-counts.ts";
import type { GpuSetup, GpuTarget } from "../to-gpu/copier-setup.ts";
import { copyStage } from "../to-gpu/stage.ts";
import { Control, figureSlots } from "./control.ts";
import type {
  ConsumerSetup,
  Failure,
  FromThread,
  ReaderSetup,
  SampleSource,
  Source,
  StepPlan,
  ToThread,
} from "./messages.ts";
import { joinDepths, type QueueDepth } from "./queue-depth.ts";
import { MICROBATCH_FIELDS, type MicrobatchRow, rowsIn, STEP_FIELDS, type StepRow } from "./rows.ts";
import { areaBytesFor } from "./sample-reader.ts";

/** A run of the pipeline: which samples in which order, from where, in what steps. */
export interface PipelinePlan {
  access: AccessPlan;
  source: Source;
  steps: StepPlan;
  /** Where microbatches go from the readers' buffers; absent: nowhere. The null source has none to go. */
  toGpu?: GpuTarget;
}

export interface PipelineDeps {
  /** Starts a thread that runs thread-worker.ts. */
  startThread: () => Worker;
  signal?: AbortSignal;
  /** Awaited when all threads are ready, before the first read: the start barrier of several ranks. */
  beforeBegin?: () => Promise<void>;
  /** Told of what came since the last time, warm-up included (its steps are below 0). */
  onRows?: (microbatches: readonly MicrobatchRow[], steps: readonly StepRow[]) => void;
  /** Told of the times until the first byte came, ms, of counted reads from a store. */
  onFirstBytes?: (ms: Float64Array) => void;
}

export interface PipelineResult {
  /** Whether it ended before its last step, by `signal` or by a failure. */
  interrupted: boolean;
  /** What stopped it. */
  failure: Error | null;
  /** How often each sample was read, warm-up included; empty for the null source. */
  visits: Uint32Array;
  /** Of a remote source. */
  network: NetworkCounts | null;
  /** What was made ready on the GPU, where there is one. */
  gpu: GpuSetup | null;
  /** Reads under way at the same time, of a reader; null where each has one. */
  queueDepth: QueueDepth | null;
}

/** Memory for the microbatches in flight: each reader's slots, in bytes. */
export function bufferBytes({ access, source, steps }: PipelinePlan): number {
  if (source.kind === "null") return 0;
  return access.workers * slotsOf(steps) * access.microbatchSize * areaBytesOf(source);
}

function areaBytesOf(source: SampleSource): number {
  return areaBytesFor(largestSample(source.dataset), source.kind === "local" ? source.alignment : 1);
}

/**
 * Runs the pipeline in threads of its own. Ends in order, whatever happens; never throws for what reading and copying meet.
 * @throws ToolError CUDA, exit 4, where the GPU cannot be made ready; what `beforeBegin` throws
 */
export async function runPipeline(plan: PipelinePlan, deps: PipelineDeps): Promise<PipelineResult> {
  const { access, source, steps } = plan;
  const slots = slotsOf(steps);
  const { microbatchesPerStep, prefetchDepth } = steps;
  const control = Control.create(access.workers, figureSlots(microbatchesPerStep, prefetchDepth));
  const bytes = bufferBytes(plan);
  const memory = bytes === 0 ? null : allocateTouched(bytes);
  const areaBytes = source.kind === "null" ? 0 : areaBytesOf(source);
  const visits =
    source.kind === "null"
      ? null
      : new Uint32Array(new SharedArrayBuffer(4 * access.samples), 0, access.samples);
  const network = source.kind === "remote" ? networkCounters() : null;
  const stage =
    source.kind === "null" || memory === null || plan.toGpu === undefined
      ? null
      : copyStage(
          { access, source, steps },
          plan.toGpu,
          { control, slots },
          { address: memory.address, bytes },
        );
  const shares = sharesOf(access);
  const inWarmup = countsOf(shares, steps.warmupSteps * microbatchesPerStep);
  const counts = countsOf(shares, (steps.warmupSteps + steps.steps) * microbatchesPerStep);
  const readers = Array.from(
    { length: access.workers },
    (_, worker): ReaderSetup => ({
      role: "reader",
      worker,
      control: control.shared,
      leave: { worker, shares, count: counts[worker]!, ahead: prefetchDepth },
      access,
      source,
      slots,
      memory:
        memory === null ? null : { address: memory.address + worker * (bytes / access.workers), areaBytes },
      places: stage?.places ?? null,
      visits,
      network,
      firstCounted: inWarmup[worker]!,
    }),
  );
  const consumer: ConsumerSetup = stage?.consumer ?? {
    role: "consumer",
    control: control.shared,
    shares,
    plan: steps,
  };
  let failure: Error | null = null;
  let gpu: GpuSetup | null = null;
  let wholeSteps = 0;
  const depths: QueueDepth[] = [];
  const threads: Thread[] = [];
  const stop = () => {
    control.stop();
    stage?.control.stop();
  };
  const onFailed = (error: Error) => {
    failure ??= error;
    stop();
  };
  const onMessage = (message: FromThread) => {
    if (message.type === "failed") onFailed(errorOf(message.failure));
    if (message.type === "gpu") gpu = message.setup;
    if (message.type === "depth") depths.push(message.depth);
    if (message.type === "first-bytes") deps.onFirstBytes?.(message.ms);
    if (message.type !== "rows") return;
    const stepRows = [...rowsIn(message.steps, STEP_FIELDS)];
    wholeSteps += stepRows.length;
    deps.onRows?.([...rowsIn(message.microbatches, MICROBATCH_FIELDS)], stepRows);
  };
  deps.signal?.addEventListener("abort", stop, { once: true });
  try {
    for (const setup of [...readers, ...(stage === null ? [] : [stage.copier]), consumer])
      threads.push(startThread(deps.startThread(), setup, onMessage, onFailed));
    const begin = () => threads.at(-1)!.begin();
    try {
      await Promise.all(threads.map(({ ready }) => ready));
      await deps.beforeBegin?.();
    } catch (error) {
      // Nothing was begun; the threads give back what they took.
      stop();
      begin();
      await Promise.allSettled(threads.map(({ ended }) => ended));
      throw error;
    }
    if (deps.signal?.aborted) stop();
    begin();
    await threads.at(-1)!.ended.catch(() => {});
    stop();
    const ends = await Promise.allSettled(threads.map(({ ended }) => ended));
    // Only now, and not where a thread died: a read that is still under way would write into memory that is someone else's.
    if (ends.every(({ status }) => status === "fulfilled")) memory?.free();
  } finally {
    stop();
    deps.signal?.removeEventListener("abort", stop);
    for (const thread of threads) thread.terminate();
  }
  const interrupted = wholeSteps < steps.warmupSteps + steps.steps;
  return {
    interrupted,
    failure,
    visits: visits ?? new Uint32Array(),
    network: network === null ? null : networkCounts(network),
    gpu,
    queueDepth: joinDepths(depths),
  };
}

/** One microbatch is with the consumer, the others are loaded ahead. */
function slotsOf({ prefetchDepth }: StepPlan): number {
  return prefetchDepth + 1;
}

function errorOf({ code, message, hint, exit }: Failure): Error {
  if (code === null) return new Error(message);
  return new ToolError(code, message, { exit, ...(hint === undefined ? {} : { hint }) });
}

interface Thread {
  ready: Promise<void>;
  ended: Promise<void>;
  begin(): void;
  terminate(): void;
}

/** @param onDied the thread ended without having said so */
function startThread(
  worker: Worker,
  setup: ToThread,
  onMessage: (m: FromThread) => void,
  onDied: (error: Error) => void,
): Thread {
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  // Whoever waits for the one or the other sees the failure; nobody need wait for both.
  ready.promise.catch(() => {});
  ended.promise.catch(() => {});
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    onMessage(data);
    if (data.type === "ready") ready.resolve();
    // Where the thread was ready already, this changes nothing.
    if (data.type === "failed") ready.reject(errorOf(data.failure));
    if (data.type !== "ended") return;
    hasEnded = true;
    ended.resolve();
  };
  let hasEnded = false;
  const died = (why: string) => {
    if (hasEnded) return;
    hasEnded = true;
    const error = new ToolError("THREAD_DIED", `a ${setup.role} thread died${why}`, {
      hint: "What was measured until then is kept.",
    });
    onDied(error);
    ready.reject(error);
    ended.reject(error);
  };
  worker.onerror = ({ message }) => died(`: ${reasonIn(message)}`);
  worker.addEventListener("close", () => died(""));
  worker.postMessage(setup);
  return {
    ready: ready.promise,
    ended: ended.promise,
    begin: () => worker.postMessage("begin"),
    terminate: () => worker.terminate(),
  };
}

/** Of what Bun says of an error in a thread, with source and stack, the line that says which. */
function reasonIn(message: string): string {
  return /^\w*error: (.*)$/im.exec(message)?.[1] ?? message;
}
