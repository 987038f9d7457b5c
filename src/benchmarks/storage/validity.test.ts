import { expect, test } from "bun:test";
import { validityOf } from "./validity.ts";

const verdict = (au: number | null, nullSourceAu: number | null, error: number | null = 0) =>
  validityOf({ askedMeanMs: 1, stepErrorP99: null, error, au, nullSourceAu }, 20).verdict;

test.each<[string, number | null, number | null, string]>([
  ["a harness that costs nothing", 0.5, 0.99, "fit"],
  ["one that costs little beside the storage", 0.1, 0.9, "fit"],
  ["one that is a fifth of the waiting", 0.5, 0.83, "doubtful"],
  ["one that is most of the waiting", 0.7, 0.75, "unfit"],
  ["one at its best with storage that is faster still", 0.99, 0.96, "fit"],
  ["one that was slow only while it was calibrated", 0.99, 0.8, "fit"],
  ["one that is all of the waiting", 0.7, 0.65, "unfit"],
  ["one that was not calibrated", 0.5, null, "fit"],
  ["no compute", null, null, "fit"],
])("%s: %p of %p is %s", (_, au, nullSourceAu, expected) => {
  expect(verdict(au, nullSourceAu)).toBe(expected as "fit");
});

test("single steps of compute that are off are doubtful from a half on, whatever their total", () => {
  const of = (stepErrorP99: number) =>
    validityOf({ askedMeanMs: 1, stepErrorP99, error: 0, au: 0.5, nullSourceAu: 0.99 }, 20);
  expect([of(0.05).verdict, of(0.4).verdict, of(0.6).verdict]).toEqual(["fit", "fit", "doubtful"]);
  expect(of(0.6).reasons[0]).toMatch(/one step in a hundred was off by 60\.0 % or more/);
});

test("compute that is off by more than 1 % is doubtful, whatever the sign", () => {
  expect([verdict(0.5, 0.99, 0.009), verdict(0.5, 0.99, 0.02), verdict(0.5, 0.99, -0.02)]).toEqual([
    "fit",
    "doubtful",
    "doubtful",
  ]);
});

test("compute that is off by more than 10 % is unfit", () => {
  expect([verdict(0.5, 0.99, 0.099), verdict(0.5, 0.99, 0.101), verdict(0.2, 0.99, 1.46)]).toEqual([
    "doubtful",
    "unfit",
    "unfit",
  ]);
});

test("of fewer than 20 steps the compute's error is no verdict", () => {
  const of = (steps: number) =>
    validityOf({ askedMeanMs: 1, stepErrorP99: 0.9, error: -0.016, au: 0.5, nullSourceAu: 0.99 }, steps);
  expect([of(19), of(20).verdict]).toEqual([{ verdict: "fit", reasons: [] }, "doubtful"]);
});

test("accelerators that no run confirmed are doubtful, with what each run had", () => {
  const runs = [
    { accelerators: 3, au: 0.83, bytesPerS: 1 },
    { accelerators: 2, au: 0.85, bytesPerS: 1 },
  ];
  const accelerators = { leastAu: 0.9, found: null, trials: [], runs };
  const compute = { askedMeanMs: 1, stepErrorP99: null, error: 0, au: 0.85, nullSourceAu: 0.99 };
  expect(validityOf(compute, 20, accelerators)).toEqual({
    verdict: "doubtful",
    reasons: ["no run kept the AU of 90.0 % that the trials found: with 3: 83.0 %, with 2: 85.0 %"],
  });
  expect(validityOf(compute, 20, { ...accelerators, found: 2 }).verdict).toBe("fit");
});
