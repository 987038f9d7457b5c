import { expect, test } from "bun:test";
import type { Clock } from "../../../core/clock.ts";
import { consume } from "./consumer.ts";
import { Control, figureSlots, SLOT } from "./control.ts";
import type { StepPlan } from "./messages.ts";
import { MICROBATCH_FIELDS, type MicrobatchRow, rowsIn, STEP_FIELDS, type StepRow } from "./rows.ts";

const planOf = (more: Partial<StepPlan>): StepPlan => ({
  warmupSteps: 0,
  steps: 1,
  microbatchesPerStep: 1,
  prefetchDepth: 0,
  computeMs: { kind: "fixed", value: 0 },
  seed: 1,
  ...more,
});

/** Consumes what is there already. */
function consumed(control: Control, shares: readonly number[], plan: StepPlan, now: () => number) {
  const clock: Clock = { now, toUnixMs: (atMs) => atMs };
  const microbatches: MicrobatchRow[] = [];
  const steps: StepRow[] = [];
  consume({ role: "consumer", control: control.shared, shares, plan }, clock, {
    rows(moreMicrobatches, moreSteps) {
      microbatches.push(...rowsIn(moreMicrobatches, MICROBATCH_FIELDS));
      steps.push(...rowsIn(moreSteps, STEP_FIELDS));
    },
  });
  return { microbatches, steps };
}

test("what a reader leaves of a microbatch is its row, in this order, but for when it was handed over", () => {
  expect(Object.keys(SLOT)).toEqual([...MICROBATCH_FIELDS.slice(2, -2), "readyAt"]);
  expect(MICROBATCH_FIELDS.slice(-2)).toEqual(["askedAt", "gotAt"]);
});

test("what the warm-up's steps took too long is not made up for in the counted ones", () => {
  const control = Control.create(1, 1);
  control.setReady(0, 100);
  let looks = 0;
  let now = 0;
  const plan = planOf({ warmupSteps: 1, steps: 5, computeMs: { kind: "fixed", value: 1 } });
  const { steps } = consumed(control, [1], plan, () => {
    now += looks++ === 100 ? 5 : 0.001;
    return now;
  });
  const took = steps.map(({ computeEndAt, loadedAt }) => computeEndAt - loadedAt);
  expect(took[0]).toBeGreaterThan(5);
  expect(took.length).toBe(6);
  for (const ms of took.slice(1)) expect(ms).toBeGreaterThan(0.999);
});

test("a microbatch is the consumer's when it and all before it are there, the last one when the consumer knows", () => {
  const shares = [2, 1];
  const plan = planOf({ microbatchesPerStep: 6 });
  const control = Control.create(shares.length, figureSlots(plan.microbatchesPerStep, 0));
  // In turn: 0, 1, 0, 0, 1, 0.
  const readyAt = [
    [3, 9, 4, 12],
    [7, 8],
  ];
  for (const [worker, times] of readyAt.entries()) {
    for (const [k, at] of times.entries()) {
      control.figures[control.slotAt(worker, k) + SLOT.readyAt] = at;
      control.setReady(worker, k);
    }
  }
  let looks = 0;
  // The run begins at 5, which it finds out twice; the consumer looks at 20.
  const { microbatches } = consumed(control, shares, plan, () => (looks++ < 2 ? 5 : 20));
  expect(microbatches.map(({ askedAt, gotAt }) => [askedAt, gotAt])).toEqual([
    [5, 5],
    [5, 7],
    [7, 9],
    [9, 9],
    [9, 9],
    [9, 20],
  ]);
});

test("a step of more microbatches than are asked for at once is whole", () => {
  const microbatchesPerStep = 2500;
  const plan = planOf({ microbatchesPerStep, steps: 2 });
  const control = Control.create(1, 5000);
  for (let k = 0; k < 5000; k++) {
    const slot = control.slotAt(0, k);
    control.figures[slot + SLOT.samples] = 1;
    control.figures[slot + SLOT.bytes] = k;
  }
  control.setReady(0, 4999);
  const { microbatches, steps } = consumed(control, [1], plan, () => 1);
  expect(steps.map(({ samples }) => samples)).toEqual([2500, 2500]);
  expect(microbatches.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 5000 }, (_, k) => k));
  expect(microbatches.map(({ microbatch }) => microbatch).slice(2498, 2502)).toEqual([2498, 2499, 0, 1]);
});
