import { expect, test } from "bun:test";
import { PollingAlarm } from "../../core/alarm.ts";
import { systemClock } from "../../native/system-clock.ts";
import { BodyQueue } from "./bodies.ts";
import type { Exchange, Sending } from "./client/http-client.ts";
import { Dispatcher } from "./dispatcher.ts";
import { fakePlan } from "./plan.fake.ts";
import { openaiCompletions } from "./protocols/openai-completions.ts";
import { record } from "./record.fake.ts";

const clock = systemClock();

/** A server whose answers the test gives: `answer()` ends the oldest open request. */
function stage(options: { cap: number; count?: number }) {
  const sent: Sending[] = [];
  const open: ((given: Parameters<typeof record>[0]) => void)[] = [];
  const done: number[] = [];
  const stop = new AbortController();
  const enough = new AbortController();
  const plan = fakePlan();
  const bodies = new BodyQueue(
    plan,
    openaiCompletions,
    plan.prompts,
    options.count ?? Number.POSITIVE_INFINITY,
  );
  const dispatcher = new Dispatcher({
    stage: "run",
    clock,
    alarm: new PollingAlarm(clock),
    bodies,
    cap: options.cap,
    stop: stop.signal,
    enough: enough.signal,
    onDone: ({ record: { index } }) => done.push(index),
    send(sending) {
      sent.push(sending);
      const exchange = (given: Parameters<typeof record>[0]): Exchange => ({
        record: record({ index: sending.index, ...given }),
        text: null,
      });
      return new Promise((resolve) => open.push((given) => resolve(exchange(given))));
    },
  });
  const answer = async (given: Parameters<typeof record>[0] = {}) => {
    open.shift()!(given);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { dispatcher, sent, done, stop, enough, answer };
}

test("open loop: all due requests are sent in order, none before its time", async () => {
  const { dispatcher, sent } = stage({ cap: 100 });
  const startAt = clock.now() + 1;
  const offsets = Float64Array.of(0, 0.5, 2, 4, 4);
  await dispatcher.open(startAt, offsets);
  expect(sent.map((s) => s.index)).toEqual([0, 1, 2, 3, 4]);
  expect(sent.map((s) => s.intendedAt - startAt)).toEqual([...offsets].map((o) => expect.closeTo(o, 6)));
  expect(clock.now()).toBeGreaterThanOrEqual(startAt + 4);
});

test("over the cap requests wait their turn and keep their intended time", async () => {
  const { dispatcher, sent, done, answer } = stage({ cap: 2 });
  const startAt = clock.now();
  await dispatcher.open(startAt, new Float64Array(5));
  expect([sent.length, dispatcher.due, dispatcher.inFlight, dispatcher.hitCap]).toEqual([2, 5, 2, true]);
  await answer();
  expect([sent.length, dispatcher.inFlight]).toEqual([3, 2]);
  for (let i = 0; i < 4; i++) await answer();
  expect(sent.map((s) => s.index)).toEqual([0, 1, 2, 3, 4]);
  expect(sent.every((s) => s.intendedAt === startAt)).toBe(true);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(await dispatcher.drain(1000)).toBe(true);
});

test("what got no slot before the end is handed back", async () => {
  const { dispatcher, answer } = stage({ cap: 1 });
  await dispatcher.open(clock.now(), new Float64Array(4));
  expect(await dispatcher.drain(5)).toBe(false);
  expect(dispatcher.takeUnsent().map((u) => u.index)).toEqual([1, 2, 3]);
  await answer();
  expect(dispatcher.sent).toBe(4);
});

test("after the stop nothing more is sent", async () => {
  const { dispatcher, sent, stop, answer } = stage({ cap: 1 });
  await dispatcher.open(clock.now(), new Float64Array(3));
  stop.abort();
  await answer();
  expect(sent.length).toBe(1);
  expect(dispatcher.takeUnsent().length).toBe(2);
});

test("once enough is known nothing more falls due, and what waits for a slot is still sent", async () => {
  const { dispatcher, sent, enough, answer } = stage({ cap: 1 });
  const running = dispatcher.open(clock.now(), Float64Array.of(0, 0, 0, 3_600_000));
  while (dispatcher.due < 3) await new Promise((resolve) => setImmediate(resolve));
  enough.abort();
  await running;
  expect([sent.length, dispatcher.due]).toEqual([1, 3]);
  for (let i = 0; i < 3; i++) await answer();
  expect([sent.length, await dispatcher.drain(1000), dispatcher.takeUnsent().length]).toEqual([3, true, 0]);
});

test("closed loop: once enough is known no user sends again", async () => {
  const { dispatcher, sent, enough, answer } = stage({ cap: 2 });
  const running = dispatcher.closed(2, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  await answer();
  expect(sent.length).toBe(3);
  enough.abort();
  await running;
  await answer();
  expect([sent.length, dispatcher.inFlight]).toEqual([3, 1]);
});

test("closed loop: each user sends its next request when the last one is answered", async () => {
  const { dispatcher, sent, answer } = stage({ cap: 3, count: 7 });
  const running = dispatcher.closed(3, 7, Number.POSITIVE_INFINITY);
  expect(sent.length).toBe(3);
  await answer();
  expect([sent.length, dispatcher.inFlight]).toEqual([4, 3]);
  for (let i = 0; i < 6; i++) await answer();
  await running;
  expect(sent.map((s) => s.index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("closed loop ends at its time, with requests still in flight", async () => {
  const { dispatcher, sent, answer } = stage({ cap: 2 });
  await dispatcher.closed(2, Number.POSITIVE_INFINITY, clock.now() + 5);
  expect(sent.length).toBe(2);
  await answer();
  await answer();
  expect(sent.length).toBe(2);
});

test("closed loop: a user who finds no server waits, longer each time, until one answers", async () => {
  const { dispatcher, sent, answer, stop } = stage({ cap: 1 });
  const running = dispatcher.closed(1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  const untilSent = async (count: number) => {
    while (sent.length < count) await Bun.sleep(1);
  };
  const refused = {
    headersAt: null,
    failure: { class: "connect", phase: "connect", message: "no" },
  } as const;
  const failures = [refused, refused, refused, {}, refused];
  for (const [i, given] of failures.entries()) {
    await answer(given);
    // An answer makes the user go on at once.
    if (given !== refused) expect(sent.length).toBe(i + 2);
    await untilSent(i + 2);
  }
  const gaps = sent.slice(1).map(({ intendedAt }, i) => intendedAt - sent[i]!.intendedAt);
  // Timers count whole milliseconds.
  for (const [i, least] of [10, 20, 40, 0, 10].entries()) expect(gaps[i]).toBeGreaterThan(least - 1.1);
  stop.abort();
  await running;
});

test("an open loop sends when it is due, whoever is there", async () => {
  const { dispatcher, sent, answer } = stage({ cap: 1 });
  await dispatcher.open(clock.now(), new Float64Array(3));
  const failure = { class: "connect", phase: "connect", message: "no" } as const;
  await answer({ headersAt: null, failure });
  await answer({ headersAt: null, failure });
  expect(sent.length).toBe(3);
});
