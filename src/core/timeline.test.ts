import { expect, test } from "bun:test";
import { systemClock } from "../native/system-clock.ts";
import { PollingAlarm } from "./alarm.ts";
import { once, Timeline } from "./timeline.ts";

const clock = systemClock();

test("fires everything in order and never early", async () => {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  const startMs = clock.now();
  const fired: { dueMs: number; nowMs: number }[] = [];
  await new Promise<void>((resolve) => {
    for (const afterMs of [30, 5, 0.3, 5.5, 12, -1]) {
      const dueMs = startMs + afterMs;
      timeline.at(
        dueMs,
        once((nowMs) => {
          fired.push({ dueMs, nowMs });
          if (fired.length === 6) resolve();
        }),
      );
    }
  });
  const due = fired.map(({ dueMs }) => dueMs);
  expect(due).toEqual(due.toSorted((a, b) => a - b));
  expect(fired.filter(({ dueMs, nowMs }) => nowMs < dueMs)).toEqual([]);
  timeline.stop();
});

test("asks an item again at the instant it returns", async () => {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  const startMs = clock.now();
  const instants: number[] = [];
  await new Promise<void>((resolve) => {
    timeline.at(startMs + 1, {
      fire(nowMs) {
        instants.push(nowMs);
        if (instants.length < 5) return startMs + 1 + instants.length * 3;
        resolve();
        return Number.POSITIVE_INFINITY;
      },
    });
  });
  expect(instants.map((nowMs, i) => nowMs - (startMs + 1 + 3 * i) >= 0)).toEqual(Array(5).fill(true));
  timeline.stop();
});

test("an earlier item is not held up by the timer of a later one", async () => {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  const startMs = clock.now();
  timeline.at(
    startMs + 60_000,
    once(() => {}),
  );
  const firedMs = await new Promise<number>((resolve) => timeline.at(startMs + 20, once(resolve)));
  expect(firedMs).toBeGreaterThanOrEqual(startMs + 20);
  expect(firedMs).toBeLessThan(startMs + 5000);
  timeline.stop();
});

test("a late event loop is given turns between items that are due", async () => {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  let isStopped = false;
  const busy = {
    fire: (nowMs: number) => (isStopped ? Number.POSITIVE_INFINITY : nowMs),
  };
  timeline.at(clock.now(), busy);
  await new Promise<void>((resolve) => setTimeout(resolve, 5));
  isStopped = true;
  timeline.stop();
});

test("nothing fires after stop", async () => {
  const timeline = new Timeline(clock, new PollingAlarm(clock));
  let count = 0;
  timeline.at(
    clock.now() + 3,
    once(() => count++),
  );
  timeline.stop();
  timeline.at(
    clock.now(),
    once(() => count++),
  );
  await Bun.sleep(10);
  expect(count).toBe(0);
});
