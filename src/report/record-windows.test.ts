import { expect, test } from "bun:test";
import { parseGate } from "../benchmarks/serving/gates.ts";
import type { RequestRecord } from "../benchmarks/serving/record.ts";
import { parseSlos } from "../benchmarks/serving/slo.ts";
import { summarize } from "../benchmarks/serving/summary.ts";
import { fakeContext } from "../benchmarks/serving/summary-context.fake.ts";
import { RunCollector } from "./figures/serving/collect.ts";
import { fakeRecord } from "./figures/serving/run.fake.ts";
import { windowsOfRecords } from "./record-windows.ts";
import type { AskedVerdict } from "./saved-verdict.ts";

const records = Array.from({ length: 300 }, (_, i) => fakeRecord(i, 50, 8));
const summary = summarize(records, fakeContext());

const NOTHING: AskedVerdict = { slos: null, gates: [] };

function windowsOf(given: readonly RequestRecord[], { mostGaps, asked = NOTHING }: Given = {}) {
  const collector = new RunCollector();
  for (const record of given) collector.add(record);
  return windowsOfRecords(collector.finish().spans, (take) => given.forEach(take), asked, mostGaps);
}

interface Given {
  mostGaps?: number;
  asked?: AskedVerdict;
}

test("a killed run is judged by what it was asked, as its summary would have", () => {
  const asked = {
    slos: parseSlos("ttft=70ms,e2el=400ms,p99"),
    gates: ["goodput>=0.9", "ttft.p99<1s", "failed-share<0.5"].map(parseGate),
  };
  const whole = summarize(records, fakeContext(asked));
  const { steady, gates } = windowsOf(records.toReversed(), { asked });
  expect(steady!.goodput as unknown).toEqual(whole.steady!.goodput);
  expect(gates).toEqual(whole.gates);
  expect(gates.length).toBe(3);
});

test("a killed run's windows are those that its summary would have had", () => {
  // In any order, as workers' files have them.
  const shuffled = records.toSorted((a, b) => ((a.index * 7919) % 300) - ((b.index * 7919) % 300));
  for (const order of [records.toReversed(), shuffled]) {
    const windows = windowsOf(order);
    for (const name of ["whole", "steady"] as const) {
      const { metrics, requests, durationS, requestThroughputPerS, outputThroughputPerS } = windows[name]!;
      const theirs = summary[name]!;
      expect({ requests, durationS, requestThroughputPerS }).toEqual({
        requests: { ...theirs.requests, byClass: { ...theirs.requests.byClass } },
        durationS: theirs.durationS,
        requestThroughputPerS: theirs.requestThroughputPerS,
      });
      expect(outputThroughputPerS).toBeCloseTo(theirs.outputThroughputPerS, 9);
      expect(metrics as unknown).toEqual(theirs.metrics);
    }
  }
});

test("of more gaps than are kept its counts are: the same numbers to 0.1 %, without intervals", () => {
  const { itl, ttft } = windowsOf(records, { mostGaps: 1000 }).whole!.metrics;
  const exact = summary.whole!.metrics;
  expect(ttft as unknown).toEqual(exact.ttft);
  expect([itl!.n, itl!.max]).toEqual([exact.itl!.n, exact.itl!.max]);
  for (const name of ["p50", "p99"] as const) {
    const { value, low, high } = itl!.quantiles[name]!;
    expect(Math.abs(value! / exact.itl!.quantiles[name].value - 1)).toBeLessThan(0.001);
    expect([low, high]).toEqual([null, null]);
  }
});

test("a run that no time passed in has no rates", () => {
  const { whole } = windowsOf([{ ...records[0]!, endAt: records[0]!.intendedAt }]);
  expect(whole).toMatchObject({ durationS: 0, requestThroughputPerS: null, outputThroughputPerS: null });
});

test("without a request there is no window", () => {
  expect(windowsOf([])).toEqual({ whole: null, steady: null, gates: [] });
});
