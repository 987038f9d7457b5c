import { expect, test } from "bun:test";
import { record } from "../serving/record.fake.ts";
import { backlogOf, fellBehind, recordedBacklog, takenShare } from "./backlog.ts";
import { queue } from "./queue.fake.ts";

const LEVELS = 100;
const MU_PER_S = 10;

/** Of so many levels of a minute, how many fell behind. */
function behind(load: number, e2elS: number, muPerS = MU_PER_S): number {
  let count = 0;
  for (let seed = 0; seed < LEVELS; seed++) {
    const ratePerS = load * muPerS;
    const backlog = backlogOf(
      queue({ ratePerS, requests: Math.max(2, Math.floor(60 * ratePerS)), muPerS, e2elS, seed }),
    );
    if (backlog !== null && fellBehind(backlog)) count++;
  }
  return count;
}

test.each([0.2, 1, 6, 20])(
  "answers of %d s: next to no level up to the capacity, all far beyond it",
  (e2elS) => {
    for (const load of [0.005, 0.02, 0.1, 0.5, 0.9]) expect(behind(load, e2elS)).toBe(0);
    expect(behind(1, e2elS)).toBeLessThanOrEqual(3);
    expect(behind(1.25, e2elS)).toBeGreaterThan(40);
    for (const load of [1.6, 2, 4, 8]) expect(behind(load, e2elS)).toBeGreaterThanOrEqual(LEVELS - 2);
  },
);

test("of a handful of requests nothing is said, whatever became of them", () => {
  const stuck = Array.from({ length: 4 }, (_, i) => ({ dueAtMs: 1000 * i, endAtMs: 1e6, failed: false }));
  expect(fellBehind(backlogOf(stuck)!)).toBe(false);
  expect(backlogOf(stuck.slice(0, 1))).toBeNull();
  expect(backlogOf([])).toBeNull();
});

test("a burst that is still open at the end is no backlog", () => {
  const even = Array.from({ length: 300 }, (_, i) => ({
    dueAtMs: 200 * i,
    endAtMs: 200 * i + 100,
    failed: false,
  }));
  const burst = Array.from({ length: 100 }, (_, i) => ({
    dueAtMs: 59_900 + i,
    endAtMs: 60_100 + 100 * i,
    failed: false,
  }));
  expect(fellBehind(backlogOf([...even, ...burst])!)).toBe(false);
});

test("what the server took of the load", () => {
  const shares = [1.3, 2, 3].map((load) =>
    takenShare(backlogOf(queue({ ratePerS: load * 300, requests: 20_000, muPerS: 300, e2elS: 1, seed: 1 }))!),
  );
  for (const [i, load] of [1.3, 2, 3].entries()) expect(load * shares[i]!).toBeCloseTo(1, 0.7);
});

test("of records: without warm-up, by due times, what was cut off has not failed", () => {
  const failure = { phase: "queue", message: "" } as const;
  const records = [
    record({ intendedAt: 2000, sentAt: null, endAt: 9000, failure: { ...failure, class: "aborted" } }),
    record({ intendedAt: 1000, endAt: 1500, failure: { ...failure, class: "http-429" } }),
    record({ intendedAt: 0, endAt: 500 }),
    record({ stage: "warmup", intendedAt: -5000, endAt: 10_000 }),
  ];
  expect(recordedBacklog(records)).toMatchObject({ due: 3, failed: 1, grown: 0 });
});
