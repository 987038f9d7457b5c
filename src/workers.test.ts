import { afterAll, beforeAll, expect, test } from "bun:test";
import { record } from "./benchmarks/serving/record.fake.ts";
import { parseUntil } from "./benchmarks/serving/until.ts";
import { UntilRule } from "./benchmarks/serving/until-rule.ts";
import type { Alarm } from "./core/alarm.ts";
import { MetronomeAlarm } from "./core/metronome.ts";
import { waitUntil } from "./core/wait.ts";
import { systemClock } from "./native/system-clock.ts";
import { startMetronome, startUntilWatch } from "./workers.ts";

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

/** Request i of one each 10 ms, its TTFT 40 to 60 ms. */
const finished = (i: number) => {
  const at = 10 * i;
  const firstTokenAt = at + 40 + ((i * 7919) % 21);
  return record({ index: i, intendedAt: at, sentAt: at, firstTokenAt, endAt: firstTokenAt + 10 });
};

test("a thread watches for --until, and sees what the rule sees", async () => {
  const conditions = ["ttft.mean:1%", "itl.mean:5%"].map(parseUntil);
  const watch = await startUntilWatch(conditions);
  const rule = new UntilRule(conditions);
  const aborted = new Promise((resolve) => watch.enough.addEventListener("abort", resolve));
  for (let i = 0; !rule.isReached(); i++) {
    watch.add(finished(i));
    rule.add(finished(i));
  }
  await aborted;
  expect(await watch.finish()).toEqual(rule.outcomes);
});

test("a watch that never had enough tells how far it had come", async () => {
  const conditions = [parseUntil("ttft.p99:1%")];
  const watch = await startUntilWatch(conditions);
  const rule = new UntilRule(conditions);
  for (let i = 0; i < 333; i++) {
    watch.add(finished(i));
    rule.add(finished(i));
    rule.isReached();
  }
  expect(await watch.finish()).toEqual(rule.finish());
  expect([watch.enough.aborted, watch.latest[0]!.reached]).toEqual([false, false]);
});
