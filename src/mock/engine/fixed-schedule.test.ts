import { expect, test } from "bun:test";
import { FixedSchedule } from "./fixed-schedule.ts";
import { type Freeze, FreezeWindows } from "./freeze.ts";
import { jitterFor } from "./jitter.ts";

const TIMES = { ttftMs: 50, itlMs: 10 };

function windows(freezes: Freeze[] = []): FreezeWindows {
  const made = new FreezeWindows(freezes);
  made.anchor(1000);
  return made;
}

function instants(schedule: FixedSchedule, count: number): number[] {
  return Array.from({ length: count }, () => schedule.next());
}

test("is start + TTFT + k × ITL exactly, however long it goes on", () => {
  const schedule = new FixedSchedule({ ttftMs: 50, itlMs: 0.1 }, 1000, () => 1, null, windows());
  const tenThousand = instants(schedule, 10_001);
  expect(tenThousand[0]).toBe(1050);
  expect(tenThousand[10_000]).toBe(1000 + (50 + 0.1 * 10_000));
});

test("a stall shifts every token after it", () => {
  const stall = { afterTokens: 2, forMs: 500 };
  const schedule = new FixedSchedule(TIMES, 1000, () => 1, stall, windows());
  expect(instants(schedule, 4)).toEqual([1050, 1060, 1570, 1580]);
});

test("a freeze holds due tokens until it ends, and the schedule goes on behind it", () => {
  const schedule = new FixedSchedule(TIMES, 1000, () => 1, null, windows([{ afterMs: 55, forMs: 20 }]));
  expect(instants(schedule, 5)).toEqual([1050, 1075, 1075, 1080, 1090]);
});

test("TTFT of a request that arrives in a freeze counts from the freeze's end", () => {
  const schedule = new FixedSchedule(TIMES, 1060, () => 1, null, windows([{ afterMs: 55, forMs: 20 }]));
  expect(schedule.admittedAtMs).toBe(1075);
  expect(instants(schedule, 2)).toEqual([1125, 1135]);
});

test("jittered gaps keep their mean and belong to the request, not to the order of arrival", () => {
  const jittered = (number: number) =>
    instants(new FixedSchedule(TIMES, 0, jitterFor(0.3, 7, "token-jitter", number), null, windows()), 20_000);
  const first = jittered(1);
  expect(jittered(1)).toEqual(first);
  expect(jittered(2)).not.toEqual(first);
  const gaps = first.slice(1).map((at, i) => at - first[i]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const sd = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  expect(mean).toBeCloseTo(10, 0);
  expect(sd / mean).toBeCloseTo(0.3, 1);
});
