import type { Clock } from "../../../core/clock.ts";
import { rngFor } from "../../../core/rng.ts";
import { countsOf, Turns } from "../access/schedule.ts";
import { drawFrom } from "../distribution.ts";
import { EmulatedCompute } from "./compute.ts";
import { Control, SLOT, SLOT_NUMBERS } from "./control.ts";
import type { ConsumerSetup, StepPlan } from "./messages.ts";
import { RowBuffer } from "./row-buffer.ts";
import { MICROBATCH_FIELDS, STEP_FIELDS } from "./rows.ts";

export interface RowSink {
  /** Called while compute is emulated, where the time is free. */
  rows(microbatches: Float64Array, steps: Float64Array): void;
}

/** Rows are handed over when they are so old, or so many. */
const POST_MS = 100;
const POST_ROWS = 4096;

/**
 * The consumer thread's work, in the place of an accelerator: takes a step's microbatches from the readers in turn, then computes, and
 * goes on at once. Ends after the last step, or when the run is stopped; only whole steps are handed over.
 */
export function consume(setup: ConsumerSetup, clock: Clock, sink: RowSink): void {
  const { shares, plan } = setup;
  const workers = shares.length;
  const { warmupSteps, steps, microbatchesPerStep } = plan;
  const control = new Control(workers, setup.slots, setup.control);
  const { figures } = control;
  const needed = countsOf(shares, (warmupSteps + steps) * microbatchesPerStep);
  const turns = new Turns(shares);
  const compute = new EmulatedCompute(clock, control);
  const microbatchRows = new RowBuffer(MICROBATCH_FIELDS.length);
  const stepRows = new RowBuffer(STEP_FIELDS.length);
  let postedAt = clock.now();
  const post = (microbatches: number) => {
    sink.rows(microbatchRows.take(microbatches), stepRows.take(stepRows.rows));
    postedAt = clock.now();
  };
  for (let worker = 0; worker < workers; worker++) {
    control.allow(worker, Math.min(aheadOf(setup, -1), needed[worker]!));
  }

  let now = clock.now();
  for (let step = -warmupSteps; step < steps; step++) {
    // Else the counted steps would be too short by what the warm-up's were too long.
    if (step === 0) compute.forget();
    const stepAskedAt = now;
    let whole = microbatchRows.rows;
    let samples = 0;
    let bytes = 0;
    for (let microbatch = 0; microbatch < microbatchesPerStep; microbatch++) {
      const worker = turns.next();
      const k = turns.given[worker]! - 1;
      const ahead = Math.min(aheadOf(setup, k), needed[worker]!);
      const askedAt = now;
      if (!control.isReady(worker, k)) {
        control.allow(worker, ahead);
        if (!control.awaitReady(worker, k)) {
          post(whole);
          return;
        }
      }
      now = clock.now();
      // What is there already need not wait until its reader was woken for the next one.
      control.allow(worker, ahead);
      const slot = control.slotAt(worker, k);
      samples += figures[slot + SLOT.samples]!;
      bytes += figures[slot + SLOT.bytes]!;
      // In the order of MICROBATCH_FIELDS.
      const { numbers, at } = microbatchRows.next();
      numbers[at] = step;
      numbers[at + 1] = microbatch;
      for (let i = 0; i < SLOT_NUMBERS; i++) numbers[at + 2 + i] = figures[slot + i]!;
      numbers[at + 2 + SLOT_NUMBERS] = askedAt;
      numbers[at + 3 + SLOT_NUMBERS] = now;
    }
    const loadedAt = now;
    const computeMs = computeMsOf(plan, step + warmupSteps);
    if (whole > 0 && (now - postedAt > POST_MS || whole > POST_ROWS)) {
      post(whole);
      whole = 0;
    }
    now = compute.run(loadedAt, computeMs);
    if (control.isStopped) {
      post(whole);
      return;
    }
    const { numbers, at } = stepRows.next();
    numbers.set([step, samples, bytes, stepAskedAt, loadedAt, now, computeMs], at);
  }
  post(microbatchRows.rows);
}

/** How many microbatches a reader may have begun while its microbatch `k` is asked for; -1: before the first is. */
function aheadOf({ plan, aheadByStep }: ConsumerSetup, k: number): number {
  const { prefetchDepth, microbatchesPerStep } = plan;
  if (!aheadByStep || prefetchDepth === 0) return k + 1 + prefetchDepth;
  // This step and the next: the buffers of the one before are free, since its compute is over.
  return (Math.floor(k / microbatchesPerStep) + 2) * microbatchesPerStep;
}

/** @param step from 0 on, warm-up included */
function computeMsOf({ computeMs, warmupSteps, warmupComputeMs, seed }: StepPlan, step: number): number {
  if (step < warmupSteps && warmupComputeMs !== undefined) return warmupComputeMs;
  return computeMs.kind === "fixed" ? computeMs.value : drawFrom(computeMs, rngFor(seed, "compute", step));
}
