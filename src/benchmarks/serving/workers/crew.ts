import type { Clock } from "../../../core/clock.ts";
import { ToolError } from "../../../core/errors.ts";
import { hasEnded } from "../../../core/has-ended.ts";
import type { Execution, ExecutionDeps } from "../execution.ts";
import { LiveStats } from "../live-stats.ts";
import type { ServingPlan } from "../plan.ts";
import type { RunEvent } from "../run.ts";
import { mergeWorkers } from "./merge.ts";
import { partsOf } from "./part.ts";
import { RecordTail } from "./record-tail.ts";
import { WorkerHandle } from "./worker-handle.ts";

/** Between the word to start and the start itself: every worker must have heard it by then. */
const LEAD_MS = 150;
const PROGRESS_MS = 250;
/** What workers get to write their last records in. */
const HALT_MS = 2000;

/** Several processes that do one plan together. */
export interface Crew<Job> {
  /** At the most; fewer where there are fewer users, slots or requests. */
  workers: number;
  /** The words that start a worker, which then waits for its job. */
  program: readonly string[];
  /** The same for all: what the plan is made of. */
  job: Job;
  /** Where a worker writes its records. */
  recordsPath(worker: number): string;
}

export interface CrewDeps extends Pick<ExecutionDeps, "until" | "beside"> {
  /** Aborted as this process is about to end: workers write what they have, requests in flight as cut off, before the abort returns. */
  halt: AbortSignal;
  clock: Clock;
  interrupt: AbortSignal;
  onEvent(event: RunEvent, live: LiveStats): void;
}

/**
 * Executes a plan in several processes with one start instant, each with its own part and its own record file. A worker that
 * dies costs only the requests that it had not finished: they are recorded as failed.
 * @throws ToolError when a worker cannot begin
 */
export async function executeInWorkers<Job>(
  plan: ServingPlan,
  crew: Crew<Job>,
  { clock, interrupt, halt, until, beside, onEvent }: CrewDeps,
): Promise<Execution> {
  const live = new LiveStats();
  const parts = partsOf(plan, crew.workers);
  const workers = parts.map((part) => new WorkerHandle<Job>(crew.program, part, live, clock));
  let stoppedAt: number | null = null;
  const stop = (type: "interrupt" | "enough") => {
    stoppedAt ??= clock.now();
    for (const worker of workers) worker.send({ type });
  };
  halt.addEventListener("abort", () => haltAll(workers), { once: true });
  const onInterrupt = () => stop("interrupt");
  const onEnough = () => stop("enough");
  interrupt.addEventListener("abort", onInterrupt, { once: true });
  until?.enough.addEventListener("abort", onEnough, { once: true });
  if (interrupt.aborted) onInterrupt();
  try {
    if (plan.warmupRequests > 0) onEvent({ type: "stage", stage: "warmup" }, live);
    for (const [i, worker] of workers.entries()) {
      worker.send({ type: "job", job: crew.job, part: worker.part, recordsPath: crew.recordsPath(i) });
    }
    await Promise.all(workers.map(({ ready }) => ready));
    refuseUnready(workers);
    await beside?.begin();
    const startAt = clock.now() + LEAD_MS;
    for (const worker of workers) worker.send({ type: "start", startAt });
    onEvent({ type: "stage", stage: "run" }, live);
    const tails = until === null ? [] : workers.map((_, i) => new RecordTail(crew.recordsPath(i)));
    await watch(
      workers,
      () => {
        for (const tail of tails) for (const record of tail.take()) until!.add(record);
      },
      live,
      onEvent,
    );
    beside?.loadEnded();
    const interrupted = interrupt.aborted;
    const merged = mergeWorkers(plan, workers, {
      startAt,
      stoppedAt,
      interrupted,
      recordsPath: crew.recordsPath,
    });
    return { ...merged, until: (await until?.finish()) ?? [] };
  } finally {
    interrupt.removeEventListener("abort", onInterrupt);
    until?.enough.removeEventListener("abort", onEnough);
    for (const worker of workers) worker.kill();
  }
}

/** Synchronous: the process that asks for it goes no further. */
function haltAll(workers: readonly WorkerHandle<unknown>[]): void {
  for (const worker of workers) worker.halt();
  const deadline = performance.now() + HALT_MS;
  while (workers.some(({ pid }) => !hasEnded(pid)) && performance.now() < deadline) Bun.sleepSync(1);
}

function refuseUnready(workers: readonly WorkerHandle<unknown>[]): void {
  const bad = workers.find(({ isReady }) => !isReady);
  if (bad === undefined) return;
  const { refusal, death } = bad;
  const which = `worker ${bad.part.index + 1} of ${bad.part.of}`;
  if (refusal !== null) {
    throw new ToolError(
      "WORKER",
      `${which}: ${refusal.message}`,
      refusal.hint === undefined ? {} : { hint: refusal.hint },
    );
  }
  throw new ToolError("WORKER", `${which} ended before the run began (${death?.how})`, {
    hint: "Was it killed, or short of memory? Try fewer --workers.",
  });
}

/** Tells of the run's progress until all workers have ended. @param look is called now and then, and at the end */
async function watch(
  workers: readonly WorkerHandle<unknown>[],
  look: () => void,
  live: LiveStats,
  onEvent: CrewDeps["onEvent"],
): Promise<void> {
  let isDraining = false;
  const timer = setInterval(() => {
    look();
    if (
      !isDraining &&
      workers.every(({ stage, done, death }) => stage === "drain" || done !== null || death !== null)
    ) {
      isDraining = true;
      onEvent({ type: "stage", stage: "drain" }, live);
    }
    const progress = { sent: 0, due: 0, inFlight: 0 };
    for (const worker of workers) {
      progress.sent += worker.progress.sent;
      progress.due += worker.progress.due;
      progress.inFlight += worker.death === null ? worker.progress.inFlight : 0;
    }
    onEvent({ type: "progress", ...progress }, live);
  }, PROGRESS_MS);
  try {
    await Promise.all(workers.map(({ ended }) => ended));
    look();
  } finally {
    clearInterval(timer);
  }
}
