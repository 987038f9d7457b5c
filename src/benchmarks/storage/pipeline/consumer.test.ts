import { expect, test } from "bun:test";
import type { Clock } from "../../../core/clock.ts";
import { consume } from "./consumer.ts";
import { Control } from "./control.ts";
import { rowsIn, STEP_FIELDS, type StepRow } from "./rows.ts";

test("what the warm-up's steps took too long is not made up for in the counted ones", () => {
  const control = new Control(1, 1);
  control.setReady(0, 100);
  let looks = 0;
  let now = 0;
  const clock: Clock = {
    now() {
      now += looks++ === 100 ? 5 : 0.001;
      return now;
    },
    toUnixMs: (atMs) => atMs,
  };
  const rows: StepRow[] = [];
  const plan = {
    warmupSteps: 1,
    steps: 5,
    microbatchesPerStep: 1,
    prefetchDepth: 0,
    computeMs: { kind: "fixed", value: 1 },
    seed: 1,
  } as const;
  consume(
    { role: "consumer", control: control.memory, slots: 1, shares: [1], plan, aheadByStep: false },
    clock,
    { rows: (_, steps) => rows.push(...rowsIn(steps, STEP_FIELDS)) },
  );
  const took = rows.map(({ computeEndAt, loadedAt }) => computeEndAt - loadedAt);
  expect(took[0]).toBeGreaterThan(5);
  expect(took.length).toBe(6);
  for (const ms of took.slice(1)) expect(ms).toBeGreaterThan(0.999);
});
