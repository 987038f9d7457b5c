import type { Clock } from "../../../core/clock.ts";
import { rngFor } from "../../../core/rng.ts";
import { Turns } from "../access/schedule.ts";
import { drawFrom } from "../distribution.ts";
import { EmulatedCompute } from "./compute.ts";
import { Control, MOST_ASKED, SLOT } from "./control.ts";
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

/** Of a microbatch's figures those that are fields of its row, in their order: all but the last. */
const ROW_FIGURES = SLOT.readyAt;

/**
 * The consumer thread's work, in the place of an accelerator: takes a step's microbatches from the readers in turn, then computes, and
 * goes on at once. It is woken when the last one that it asked for is there; when it had the others follows from when they were. Ends
 * after the last step, or when the run is stopped; only whole steps are handed over.
 */
export function consume(setup: ConsumerSetup, clock: Clock, sink: RowSink): void {
  const { shares, plan } = setup;
  const { warmupSteps, steps, microbatchesPerStep } = plan;
  const control = new Control(setup.control);
  const { figures } = control;
  const turns = new Turns(shares);
  const mostAsked = Math.min(MOST_ASKED, microbatchesPerStep);
  /** Of the microbatches asked for: whose each is, and its number there. */
  const givers = new Uint32Array(mostAsked);
  const numbersThere = new Uint32Array(mostAsked);
  let askedFor = 0;
  const compute = new EmulatedCompute(clock, control);
  const microbatchRows = new RowBuffer(MICROBATCH_FIELDS.length);
  const stepRows = new RowBuffer(STEP_FIELDS.length);
  let postedAt = clock.now();
  const post = (microbatches: number) => {
    sink.rows(microbatchRows.take(microbatches), stepRows.take(stepRows.rows));
    postedAt = clock.now();
  };
  let now = clock.now();
  for (let step = -warmupSteps; step < steps; step++) {
    // Else the counted steps would be too short by what the warm-up's were too long.
    if (step === 0) compute.forget();
    const stepAskedAt = now;
    let whole = microbatchRows.rows;
    let samples = 0;
    let bytes = 0;
    for (let first = 0; first < microbatchesPerStep; first += mostAsked) {
      const count = Math.min(mostAsked, microbatchesPerStep - first);
      askedFor += count;
      for (let i = 0; i < count; i++) {
        givers[i] = turns.next();
        numbersThere[i] = turns.given[givers[i]!]! - 1;
      }
      let askedAt = now;
      // From the last one on: the others are there by then, most often.
      let missing = count;
      while (missing > 0 && control.isReady(givers[missing - 1]!, numbersThere[missing - 1]!)) missing--;
      // Waking the readers is in no time of what is there already.
      if (missing === 0) now = clock.now();
      control.ask(askedFor);
      for (let i = missing - 1; i >= 0; i--) {
        if (control.take(givers[i]!, numbersThere[i]!)) continue;
        post(whole);
        return;
      }
      if (missing > 0) now = clock.now();
      for (let i = 0; i < count; i++) {
        const slot = control.slotAt(givers[i]!, numbersThere[i]!);
        const readyAt = i === count - 1 ? now : figures[slot + SLOT.readyAt]!;
        // Threads' clocks differ by some microseconds.
        const gotAt = Math.min(now, Math.max(askedAt, readyAt));
        samples += figures[slot + SLOT.samples]!;
        bytes += figures[slot + SLOT.bytes]!;
        // In the order of MICROBATCH_FIELDS.
        const { numbers, at } = microbatchRows.next();
        numbers[at] = step;
        numbers[at + 1] = first + i;
        for (let figure = 0; figure < ROW_FIGURES; figure++)
          numbers[at + 2 + figure] = figures[slot + figure]!;
        numbers[at + 2 + ROW_FIGURES] = askedAt;
        numbers[at + 3 + ROW_FIGURES] = gotAt;
        askedAt = gotAt;
      }
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

/** @param step from 0 on, warm-up included */
function computeMsOf({ computeMs, warmupSteps, warmupComputeMs, seed }: StepPlan, step: number): number {
  if (step < warmupSteps && warmupComputeMs !== undefined) return warmupComputeMs;
  return computeMs.kind === "fixed" ? computeMs.value : drawFrom(computeMs, rngFor(seed, "compute", step));
}
