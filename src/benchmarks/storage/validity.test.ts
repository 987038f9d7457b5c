import { expect, test } from "bun:test";
import { type Judged, validityOf } from "./validity.ts";

/** Of figures that are good but for those named. */
const validity = ({ compute, ...more }: Partial<Omit<Judged, "compute">> & { compute?: object } = {}) =>
  validityOf({
    compute: { askedMeanMs: 1, stepErrorP99: null, error: 0, au: 0.5, nullSourceAu: 0.99, ...compute },
    steps: 20,
    sustainedShare: 1,
    accelerators: null,
    ...more,
  });
const verdict = (au: number | null, nullSourceAu: number | null, error: number | null = 0) =>
  validity({ compute: { error, au, nullSourceAu } }).verdict;

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
  const of = (stepErrorP99: number) => validity({ compute: { stepErrorP99 } });
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

test("of fewer than 20 steps one that is late is no verdict, and several are doubtful", () => {
  const of = (steps: number, error: number) => validity({ steps, compute: { stepErrorP99: 0.9, error } });
  // One of 19 steps took 90 % more than it should.
  expect(of(19, 0.9 / 19)).toEqual({ verdict: "fit", reasons: [] });
  expect(of(1, 0.9)).toEqual({ verdict: "fit", reasons: [] });
  expect(of(19, 0.73).verdict).toBe("doubtful");
  expect(of(20, 0.73).verdict).toBe("unfit");
});

test("a run that gives out what was in memory before is doubtful", () => {
  const of = (sustainedShare: number | null) => validity({ sustainedShare });
  expect([of(null), of(0.91), of(1.4)].map((one) => one.verdict)).toEqual(["fit", "fit", "fit"]);
  expect(of(0.32)).toEqual({
    verdict: "doubtful",
    reasons: [
      "only 32.0 % of the throughput is what was read in the measured time, the rest was in memory before: a longer run has less of it",
    ],
  });
});

test("accelerators that no run confirmed are doubtful, with what each run had", () => {
  const runs = [
    { accelerators: 3, au: 0.83, bytesPerS: 1 },
    { accelerators: 2, au: 0.89978, bytesPerS: 1 },
  ];
  const accelerators = { leastAu: 0.9, found: null, trials: [], runs };
  const compute = { au: 0.89978 };
  expect(validity({ compute, accelerators })).toEqual({
    verdict: "doubtful",
    reasons: ["no run kept the AU of 90.0 % that the trials found: with 3: 83.0 %, with 2: 89.98 %"],
  });
  expect(validity({ compute, accelerators: { ...accelerators, found: 2 } }).verdict).toBe("fit");
});
