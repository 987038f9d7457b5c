import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Alarm } from "./core/alarm.ts";
import { MetronomeAlarm } from "./core/metronome.ts";
import { waitUntil } from "./core/wait.ts";
import { systemClock } from "./native/system-clock.ts";
import { startMetronome } from "./workers.ts";

const clock = systemClock();
let alarm: Alarm;
beforeAll(async () => {
  alarm = await startMetronome(clock);
});
afterAll(() => alarm.close());

const ringAt = (atMs: number) =>
  new Promise<number>((resolve) => alarm.set(atMs, () => resolve(clock.now())));

test("a thread keeps the time", () => {
  expect(alarm).toBeInstanceOf(MetronomeAlarm);
});

test("never rings early, for the next instant as for a far one", async () => {
  for (const ms of [-1, 0, 0.05, 0.15, 0.25, 0.9, 3.3, 12.7]) {
    const at = clock.now() + ms;
    expect(await ringAt(at)).toBeGreaterThanOrEqual(at);
  }
});

test("a new setting replaces the one before, sooner or later", async () => {
  const rung: string[] = [];
  alarm.set(clock.now() + 40, () => rung.push("first"));
  await new Promise<void>((resolve) =>
    alarm.set(clock.now() + 1, () => {
      rung.push("sooner");
      resolve();
    }),
  );
  alarm.set(clock.now() + 1, () => rung.push("replaced"));
  await ringAt(clock.now() + 60);
  expect(rung).toEqual(["sooner"]);
});

test("what was cancelled does not ring", async () => {
  let rung = 0;
  alarm.set(clock.now() + 2, () => rung++);
  alarm.cancel();
  await waitUntil(clock.now() + 20, clock);
  expect(rung).toBe(0);
  expect(await ringAt(clock.now() + 1)).toBeGreaterThan(0);
});

test("an abort ends a wait at once", async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  const far = clock.now() + 3_600_000;
  await waitUntil(far, clock, controller.signal, alarm);
  expect(clock.now()).toBeLessThan(far);
});

test("thousands of rings come in order, none lost", async () => {
  const startAt = clock.now();
  let last = startAt;
  for (let i = 1; i <= 3000; i++) {
    const at = startAt + i * 0.07 * (i % 5);
    const now = await ringAt(at);
    expect(now).toBeGreaterThanOrEqual(Math.max(at, last));
    last = now;
  }
});
