import { expect, test } from "bun:test";
import { summarize } from "../../../benchmarks/serving/summary.ts";
import { fakeContext } from "../../../benchmarks/serving/summary-context.fake.ts";
import { fakeRecord } from "../../figures/serving/run.fake.ts";
import { windowsOfRecords } from "./record-windows.ts";

test("a killed run's windows are those that its summary would have had", () => {
  const records = Array.from({ length: 300 }, (_, i) => fakeRecord(i, 50, 8));
  const summary = summarize(records, fakeContext());
  // In any order, as workers' files have them.
  const windows = windowsOfRecords(records.toReversed());
  for (const name of ["whole", "steady"] as const) {
    const { metrics, requests, durationS, requestThroughputPerS, outputThroughputPerS } = windows[name]!;
    const theirs = summary[name]!;
    expect({ requests, durationS, requestThroughputPerS }).toEqual({
      requests: theirs.requests,
      durationS: theirs.durationS,
      requestThroughputPerS: theirs.requestThroughputPerS,
    });
    expect(outputThroughputPerS).toBeCloseTo(theirs.outputThroughputPerS, 9);
    expect(metrics as unknown).toEqual(theirs.metrics);
  }
});

test("without a request there is no window", () => {
  expect(windowsOfRecords([])).toEqual({ whole: null, steady: null });
});
