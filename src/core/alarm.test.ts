import { describe, expect, test } from "bun:test";
import { systemClock } from "../native/system-clock.ts";
import { PollingAlarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";
import { nextTurn, sleepMs } from "./wait.ts";

const clock = systemClock();

/** When each ring came, and a promise of the first. */
function listener() {
  const rings: number[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const ring = () => {
    rings.push(clock.now());
    resolve();
  };
  return { rings, first, ring };
}

describe("PollingAlarm", () => {
  test("rings once, never early, for waits that sleep as for waits that only poll", async () => {
    const alarm = new PollingAlarm(clock);
    for (const ms of [0.05, 1.4, 2.6, 7.7]) {
      const { rings, first, ring } = listener();
      const at = clock.now() + ms;
      alarm.set(at, ring);
      await first;
      await nextTurn();
      expect(rings).toHaveLength(1);
      expect(rings[0]).toBeGreaterThanOrEqual(at);
    }
  });

  test("rings in a later turn of the event loop even when the instant is past", async () => {
    const { rings, first, ring } = listener();
    new PollingAlarm(clock).set(clock.now() - 5, ring);
    expect(rings).toEqual([]);
    await first;
    expect(rings).toHaveLength(1);
  });

  test("a new setting replaces the old one, whether that was sleeping or polling", async () => {
    const alarm = new PollingAlarm(clock);
    for (const ms of [0.5, 3]) {
      const [old, current] = [listener(), listener()];
      alarm.set(clock.now() + ms, old.ring);
      const at = clock.now() + 2 * ms + 1;
      alarm.set(at, current.ring);
      await current.first;
      expect(current.rings[0]).toBeGreaterThanOrEqual(at);
      expect(old.rings).toEqual([]);
    }
  });

  test("may be set again from inside its ring", async () => {
    const alarm = new PollingAlarm(clock);
    const at: number[] = [];
    await new Promise<void>((resolve) => {
      const again = () => {
        at.push(clock.now());
        if (at.length === 3) resolve();
        else alarm.set(clock.now() + 1, again);
      };
      alarm.set(clock.now() + 1, again);
    });
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(1);
    expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(1);
  });

  describe("leaves nothing running behind", () => {
    /** A clock that stands still and counts how often it is read. */
    function standing() {
      let reads = 0;
      const still: Clock = {
        now() {
          reads++;
          return 0;
        },
        toUnixMs: (atMs) => atMs,
      };
      return { still, reads: () => reads };
    }
    const [whilePolling, whileSleeping] = [1, 3];

    test.each([whilePolling, whileSleeping])("when cancelled %d ms before its instant", async (atMs) => {
      const { still, reads } = standing();
      const alarm = new PollingAlarm(still);
      alarm.set(atMs, () => {});
      alarm.cancel();
      const before = reads();
      await sleepMs(3);
      await nextTurn();
      expect(reads()).toBe(before);
    });

    test("when set anew: one poll a turn, however many settings there were", async () => {
      const { still, reads } = standing();
      const alarm = new PollingAlarm(still);
      for (let i = 0; i < 5; i++) alarm.set(whilePolling, () => {});
      await nextTurn();
      const before = reads();
      await nextTurn();
      expect(reads() - before).toBe(1);
      alarm.close();
    });
  });

  test("cancel takes the setting back, and a later one rings all the same", async () => {
    const alarm = new PollingAlarm(clock);
    const [taken, later] = [listener(), listener()];
    alarm.set(clock.now() + 1, taken.ring);
    alarm.cancel();
    alarm.set(clock.now() + 4, later.ring);
    await later.first;
    expect(taken.rings).toEqual([]);
  });

  test.each([0.5, 3])("after close nothing rings any more, %d ms before it would have", async (ms) => {
    const [closed, other] = [listener(), listener()];
    const alarm = new PollingAlarm(clock);
    alarm.set(clock.now() + ms, closed.ring);
    alarm.close();
    new PollingAlarm(clock).set(clock.now() + ms + 3, other.ring);
    await other.first;
    expect(closed.rings).toEqual([]);
  });

  describe("counts how long it polled", () => {
    /** A clock that moves on by these ms, one after the other and then over again, each time it is read. */
    function scripted(...stepsMs: number[]): Clock {
      let [reads, atMs] = [0, 0];
      return { now: () => (atMs += stepsMs[reads++ % stepsMs.length]!), toUnixMs: (ms) => ms };
    }
    async function polledUntil(atMs: number, alarm: PollingAlarm): Promise<number> {
      await new Promise<void>((resolve) => alarm.set(atMs, resolve));
      return alarm.polledMs;
    }

    test("a turn in which nothing else happened counts", async () => {
      // The first turn is the one in which it was set.
      expect(await polledUntil(0.1, new PollingAlarm(scripted(0.001)))).toBeCloseTo(0.098, 6);
    });

    test("a turn in which something was done does not", async () => {
      const alarm = new PollingAlarm(scripted(0.001, 0.001, 0.001, 0.02));
      const polled = await polledUntil(0.92, alarm);
      expect(polled).toBeGreaterThan(0.1);
      expect(polled).toBeLessThan(0.14);
    });

    test("sleep does not, and what was counted stays", async () => {
      const alarm = new PollingAlarm(clock);
      const near = await polledUntil(clock.now() + 1, alarm);
      expect(near).toBeGreaterThan(0);
      expect(near).toBeLessThan(1.1);
      const startedAt = clock.now();
      const far = await polledUntil(startedAt + 60, alarm);
      expect(far).toBeGreaterThanOrEqual(near);
      expect(far - near).toBeLessThan(30);
    });
  });
});
