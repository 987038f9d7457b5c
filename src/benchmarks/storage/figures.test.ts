import { expect, test } from "bun:test";
import {
  acceleratorUtilisation,
  computeError,
  jitterMs,
  readersAtWork,
  sustainedShare,
  windowS,
} from "./figures.ts";
import { Measurements } from "./measurements.ts";
import type { MicrobatchRow, StepRow } from "./pipeline/rows.ts";

const microbatch = (more: Partial<MicrobatchRow>): MicrobatchRow => ({
  step: 0,
  microbatch: 0,
  worker: 0,
  samples: 2,
  bytes: 100,
  requestedBytes: 200,
  readStartAt: 0,
  readEndAt: 0,
  firstByteMs: Number.NaN,
  copyStartAt: Number.NaN,
  copyEndAt: Number.NaN,
  copyMs: Number.NaN,
  askedAt: 0,
  gotAt: 0,
  ...more,
});
/** A step from `at` that waits so long, then computes so long. */
const step = (
  number: number,
  at: number,
  waitMs: number,
  computeMs: number,
  askedMs = computeMs,
): StepRow => ({
  step: number,
  samples: 4,
  bytes: 200,
  askedAt: at,
  loadedAt: at + waitMs,
  computeEndAt: at + waitMs + computeMs,
  computeMs: askedMs,
});
const measured = (microbatches: MicrobatchRow[], steps: StepRow[]) => {
  const made = new Measurements();
  made.add(microbatches, steps);
  return made;
};

test("utilisation is compute over compute and waiting, warm-up left out", () => {
  const three = measured(
    [],
    [step(-1, 0, 50, 10), step(0, 60, 10, 30), step(1, 100, 0, 30), step(2, 130, 20, 30)],
  );
  expect(windowS(three)).toBeCloseTo(0.12, 12);
  expect(acceleratorUtilisation(three)).toBeCloseTo(90 / 120, 12);
  expect([three.steps, three.warmupSteps, three.samples, three.bytes]).toEqual([3, 1, 12, 600]);
  expect(computeError(three)).toBeCloseTo(0, 12);
  // Steps of 40, 30 and 50 ms.
  expect(jitterMs(three)).toBeCloseTo(15, 12);
});

test("compute that took longer than asked for shows as an error, not as a better utilisation than it was", () => {
  const late = measured([], [step(0, 0, 10, 11, 10), step(1, 21, 10, 11, 10)]);
  expect(computeError(late)).toBeCloseTo(0.1, 12);
  expect(acceleratorUtilisation(late)).toBeCloseTo(20 / 42, 12);
});

test("without compute there is no utilisation, without steps nothing", () => {
  expect(acceleratorUtilisation(measured([], [step(0, 0, 10, 0)]))).toBeNull();
  const nothing = measured([], []);
  expect([
    windowS(nothing),
    acceleratorUtilisation(nothing),
    jitterMs(nothing),
    readersAtWork(nothing),
  ]).toEqual([null, null, null, null]);
});

test("readers at work are counted inside the window, where they overlap", () => {
  const reads = [
    microbatch({ readStartAt: -20, readEndAt: 10 }),
    microbatch({ readStartAt: 0, readEndAt: 20, worker: 1 }),
    microbatch({ readStartAt: 20, readEndAt: 30, worker: 1 }),
    microbatch({ readStartAt: 5, readEndAt: 8, worker: 2 }),
    microbatch({ readStartAt: 35, readEndAt: 39, step: -1 }),
  ];
  const atWork = readersAtWork(measured(reads, [step(0, 0, 30, 10)]))!;
  expect(atWork.mean).toBeCloseTo((10 + 20 + 10 + 3) / 40, 12);
  expect(atWork.max).toBe(3);
});

test("a reader that loads several microbatches at once is one reader", () => {
  const reads = [
    microbatch({ readStartAt: 0, readEndAt: 20 }),
    microbatch({ readStartAt: 2, readEndAt: 12, worker: 1 }),
    microbatch({ readStartAt: 5, readEndAt: 10 }),
    microbatch({ readStartAt: 15, readEndAt: 25 }),
    microbatch({ readStartAt: 11, readEndAt: 14, worker: 1 }),
    microbatch({ readStartAt: 30, readEndAt: 35 }),
  ];
  const atWork = readersAtWork(measured(reads, [step(0, 0, 30, 10)]))!;
  expect(atWork.mean).toBeCloseTo((25 + 12 + 5) / 40, 12);
  expect(atWork.max).toBe(2);
});

test("what was drawn for compute is no jitter", () => {
  const drawn = measured([], [step(0, 0, 1, 10), step(1, 11, 3, 40), step(2, 54, 2, 5)]);
  expect(jitterMs(drawn)).toBeCloseTo(1.5, 12);
  const late = measured([], [step(0, 0, 1, 10, 10), step(1, 11, 1, 42, 40)]);
  expect(jitterMs(late)).toBeCloseTo(2, 12);
});

test("totals have the warm-up in them, times do not", () => {
  const both = measured(
    [microbatch({ step: -1 }), microbatch({ readStartAt: 3, readEndAt: 7, askedAt: 4, gotAt: 9 })],
    [],
  );
  expect(both.total).toEqual({ samples: 4, bytes: 200, requestedBytes: 400 });
  expect([...both.microbatchLoadMs.toArray()]).toEqual([4]);
  expect([...both.microbatchWaitMs.toArray()]).toEqual([5]);
});

test("what was read before the window is not what reading keeps up", () => {
  const read = (readStartAt: number, readEndAt: number) => microbatch({ readStartAt, readEndAt });
  const steps = [step(0, 100, 0, 50), step(1, 150, 0, 50)];
  const share = (...reads: MicrobatchRow[]) => sustainedShare(measured(reads, steps));
  expect(share(read(0, 90), read(50, 95))).toBe(0);
  // One of two within, until the window's end: half as fast as they were given out.
  expect(share(read(0, 90), read(100, 200))).toBeCloseTo(0.5, 12);
  // A quarter of the first one's time is within.
  expect(share(read(70, 110), read(100, 200))).toBeCloseTo(0.625, 12);
  // Ahead of what is asked for, all the time.
  expect(share(read(0, 90), read(100, 120))).toBeCloseTo(2.5, 12);
  expect(share(read(100, 150), read(150, 200))).toBeCloseTo(1, 12);
  expect(sustainedShare(measured([], steps))).toBeNull();
  expect(sustainedShare(measured([], []))).toBeNull();
});
