import { expect, test } from "bun:test";
import { chosenRows } from "./choose.ts";

/** 1,000 requests: each tenth failed, the slower the later. */
const due = Array.from({ length: 1000 }, (_, i) => i);
const known = {
  runOf: due.map(() => 0),
  due,
  ended: due.map((i) => 2 * i),
  isFailed: (row: number) => row % 10 === 0,
};

test("all where they fit, in the order in which they were due", () => {
  const { rows, sentence } = chosenRows({ ...known, due: due.map((i) => -i) }, 1);
  expect([rows.length, rows[0], sentence]).toEqual([1000, 999, "All 1,000 requests of the run."]);
});

test("those of several runs one run after the other", () => {
  const runOf = due.map((i) => 1 - (i % 2));
  const { rows, sentence } = chosenRows({ ...known, runOf }, 1);
  expect([rows[0], rows[1], rows[500], sentence]).toEqual([1, 3, 0, "All 1,000 requests of the runs."]);
});

test("else all failed ones, the slowest, and a sample; the sentence says how many of each", () => {
  const { rows, sentence } = chosenRows(known, 1, 600);
  const ok = rows.filter((row) => row % 10 !== 0);
  expect([rows.length, new Set(rows).size, ok.length]).toEqual([600, 600, 500]);
  const slowest = due.filter((row) => row % 10 !== 0).slice(-200);
  expect(ok.slice(-200)).toEqual(slowest);
  expect(sentence).toStartWith(
    "600 of 1,000 requests: all 100 failed ones, the 200 slowest successes, and 300 others",
  );
});

test("too many failures are sampled, too", () => {
  const { rows, sentence } = chosenRows({ ...known, isFailed: () => true }, 1, 300);
  expect(sentence).toContain("100 of 1,000 failed ones, the 0 slowest successes, and 200 others");
  expect(rows.length).toBe(300);
});

test("a seed gives the same sample, another one another", () => {
  expect(chosenRows(known, 1, 600)).toEqual(chosenRows(known, 1, 600));
  expect(chosenRows(known, 1, 600).rows).not.toEqual(chosenRows(known, 2, 600).rows);
});
