import { expect, test } from "bun:test";
import { fakeFigures, fakeLevel } from "./level.fake.ts";
import { makeLevel } from "./level.ts";
import { keptResult, planDifferences } from "./resume.ts";

const limits = { seed: 0, durationMs: 25_000, requests: null, allAtOnce: 1000 };
const level = makeLevel(1, "listed", { kind: "rate", ratePerS: 4 }, limits);
// As it comes back from a file.
const saved = JSON.parse(JSON.stringify(fakeLevel({ ...level })));

test("a finished level is kept, an unfinished or failed one is run again", () => {
  expect(keptResult(level, [saved])).toBe(saved);
  expect(keptResult(level, [])).toBeNull();
  for (const status of ["interrupted", "failed"] as const)
    expect(keptResult(level, [{ ...saved, status }])).toBeNull();
});

test("a level of another load, length or number is not this one", () => {
  const other = [
    makeLevel(1, "listed", { kind: "rate", ratePerS: 5 }, limits),
    makeLevel(1, "capacity", { kind: "rate", ratePerS: 4 }, limits),
    makeLevel(1, "listed", { kind: "rate", ratePerS: 4 }, limits, 99),
    makeLevel(2, "listed", { kind: "rate", ratePerS: 4 }, limits),
  ];
  for (const one of other) expect(keptResult(one, [saved])).toBeNull();
});

test("two plans differ by name, with both values", () => {
  const plan = { requestRates: [1, 2], duration: 60_000, slo: "ttft=500ms" };
  expect(planDifferences(plan, structuredClone(plan))).toEqual([]);
  expect(planDifferences({ ...plan, requestRates: [1, 4] }, plan)).toEqual([
    "requestRates is [1,4], was [1,2]",
  ]);
  const { slo: _, ...less } = plan;
  expect(planDifferences(less, plan)).toEqual(['slo is not given, was "ttft=500ms"']);
  expect(planDifferences({ a: 1, b: 1, c: 1, d: 1, e: 1 }, {}).at(-1)).toBe("and 2 more");
});

test("a failed level of a search is kept where later loads were chosen by it, unless it measured nothing", () => {
  const trial = makeLevel(1, "capacity", { kind: "rate", ratePerS: 4 }, limits, 500);
  const failed = fakeLevel({ ...trial, status: "failed" });
  const later = fakeLevel({ ...trial, number: 2 });
  expect(keptResult(trial, [failed, later])).toBe(failed);
  // A server that died in it, say.
  expect(keptResult(trial, [failed])).toBeNull();
  const requests = { total: 10, succeeded: 0, failed: 10, censored: 0, byClass: { connect: 10 } };
  const empty = fakeLevel({ ...failed, figures: fakeFigures({ requests }) });
  for (const one of [empty, { ...failed, figures: null }]) expect(keptResult(trial, [one, later])).toBeNull();
  const listed = fakeLevel({ ...level, status: "failed" });
  expect(keptResult(level, [listed, later])).toBeNull();
});
