import { expect, test } from "bun:test";
import { runRounds } from "./rounds.ts";

/** Time that passes only by sleeping and by rounds. */
function simulate(periodMs: number, roundMs: (round: number) => number, rounds: number) {
  let nowMs = 1000;
  let skipped = 0;
  const at: number[] = [];
  const control = {
    isStopped: false,
    sleep(ms: number) {
      // Wakes early at times, as a futex may.
      nowMs += ms > 1 ? ms - 0.5 : ms;
    },
    countSkipped(count: number) {
      skipped += count;
    },
  };
  runRounds(
    periodMs,
    control,
    () => nowMs,
    () => {
      at.push(nowMs);
      nowMs += roundMs(at.length - 1);
      return at.length < rounds;
    },
  );
  return { at, skipped };
}

test("rounds come to the instant, without drift", () => {
  expect(simulate(100, () => 7, 5)).toEqual({ at: [1000, 1100, 1200, 1300, 1400], skipped: 0 });
});

test("a slow round costs those that it covers, and the rest keep their instants", () => {
  expect(simulate(100, (round) => (round === 1 ? 250 : 1), 4)).toEqual({
    at: [1000, 1100, 1400, 1500],
    skipped: 2,
  });
});

test("rounds slower than the period follow one another on its grid", () => {
  expect(simulate(10, () => 25, 4)).toEqual({ at: [1000, 1030, 1060, 1090], skipped: 6 });
});

test("the word to stop ends it before the next round", () => {
  let rounds = 0;
  const control = { isStopped: false, sleep() {}, countSkipped() {} };
  runRounds(
    1e9,
    control,
    () => 0,
    () => {
      rounds++;
      control.isStopped = true;
      return true;
    },
  );
  expect(rounds).toBe(1);
});
