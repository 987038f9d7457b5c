import { expect, test } from "bun:test";
import { wilson } from "../../analysis/wilson.ts";
import { record } from "./record.fake.ts";
import { stallsOf } from "./stalls.ts";

const ms = (...at: number[]) => ({ chunkUs: at.map((t) => 1000 * t) });
const aborted = { class: "aborted", phase: "body", message: "" } as const;
const reset = { class: "reset", phase: "body", message: "" } as const;

test("counts gaps longer than the threshold, and the answers that have one", () => {
  const due = [
    record(ms(50, 60, 70)),
    record(ms(50, 1051, 2052)),
    // Just as long is not longer.
    record(ms(50, 1050)),
    record(ms(5000)),
  ];
  const { low, high } = wilson(1, 4);
  expect(stallsOf(due, 1000)).toEqual({
    thresholdMs: 1000,
    stalls: 2,
    answers: 4,
    withStall: 1,
    share: 0.25,
    low: low!,
    high: high!,
  });
  expect(stallsOf(due, 2000)).toMatchObject({ stalls: 0, withStall: 0, share: 0 });
});

test("a pause that the end of the run cut counts once it is long enough", () => {
  const cut = (endAt: number) => record({ ...ms(50, 60), failure: aborted, endAt, sentAt: 0 });
  expect(stallsOf([cut(1000)], 1000)).toMatchObject({ stalls: 0, answers: 1 });
  expect(stallsOf([cut(1100)], 1000)).toMatchObject({ stalls: 1, withStall: 1 });
});

test("failures, answers in one piece and answers without a token are none", () => {
  const others = [
    record({ ...ms(50, 5000), failure: reset }),
    record({ ...ms(50, 5000), streamed: false }),
    record({ ...ms(), failure: aborted }),
  ];
  expect(stallsOf(others, 1000)).toBeNull();
});
