import { describe, expect, test } from "bun:test";
import { systemClock } from "../native/system-clock.ts";
import type { Clock } from "./clock.ts";
import { nextTurn, sleepMs, turnEvery, waitUntil } from "./wait.ts";

const clock = systemClock();

describe("waitUntil", () => {
  test("is never early, for waits that sleep as for waits that only poll", async () => {
    for (const ms of [0.05, 0.9, 1.4, 1.6, 2.4, 2.6, 3.3, 7.7, 15.1]) {
      const at = clock.now() + ms;
      await waitUntil(at, clock);
      expect(clock.now()).toBeGreaterThanOrEqual(at);
    }
  });

  test("many waits at a time are none of them early", async () => {
    const start = clock.now();
    const waits = Array.from({ length: 200 }, async (_, i) => {
      const at = start + ((i * 37) % 23);
      await waitUntil(at, clock);
      return clock.now() - at;
    });
    expect(Math.min(...(await Promise.all(waits)))).toBeGreaterThanOrEqual(0);
  });

  test("returns without a turn of the event loop when the instant is past", async () => {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await waitUntil(clock.now() - 1, clock);
    await waitUntil(clock.now(), clock);
    expect(turned).toBe(false);
  });

  test("looks at the clock that it is given, and at no other", async () => {
    const reads: number[] = [];
    const fake: Clock = {
      now() {
        reads.push(reads.length);
        return reads.length;
      },
      toUnixMs: (atMs) => atMs,
    };
    await waitUntil(4, fake);
    // 1, 2 and 3 are before the instant, 4 is it.
    expect(reads).toHaveLength(4);
  });

  test("an abort ends it at once, before the sleep as during it", async () => {
    const controller = new AbortController();
    const far = clock.now() + 3_600_000;
    const waiting = waitUntil(far, clock, controller.signal);
    setImmediate(() => controller.abort());
    await waiting;
    await waitUntil(far, clock, controller.signal);
    expect(clock.now()).toBeLessThan(far);
  });

  test("an instant further away than any timer reaches is waited for, not polled", async () => {
    const controller = new AbortController();
    let reads = 0;
    const counting: Clock = {
      now() {
        reads++;
        return 0;
      },
      toUnixMs: (atMs) => atMs,
    };
    const waiting = waitUntil(2 ** 40, counting, controller.signal);
    // Read by the wait and by its alarm. Two timers of 2 ms: a timer that overflowed would have fired in between, and the clock been read again.
    await sleepMs(2);
    await sleepMs(2);
    expect(reads).toBe(2);
    controller.abort();
    await waiting;
  });
});

describe("sleepMs", () => {
  test("resolves at once for a signal that is aborted already", async () => {
    let isOver = false;
    void sleepMs(3_600_000, AbortSignal.abort()).then(() => {
      isOver = true;
    });
    await nextTurn();
    expect(isOver).toBe(true);
  });

  test("leaves no listener behind, whether it slept its time or was aborted", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await sleepMs(1, signal);
    expect(listeners).toBe(0);
    const sleeping = sleepMs(3_600_000, signal);
    expect(listeners).toBe(1);
    controller.abort();
    await sleeping;
    expect(listeners).toBe(0);
  });
});

test("nextTurn lets a timer that is due and pending I/O go first", async () => {
  const order: string[] = [];
  setImmediate(() => order.push("immediate"));
  await nextTurn();
  order.push("after");
  expect(order).toEqual(["immediate", "after"]);
});

test("turnEvery lets the event loop turn where it did not for so long, and only then", async () => {
  expect(turnEvery(3_600_000)()).toBeNull();
  const order: string[] = [];
  setImmediate(() => order.push("immediate"));
  await turnEvery(0)();
  order.push("after");
  expect(order).toEqual(["immediate", "after"]);
});
