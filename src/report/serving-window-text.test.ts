import { expect, test } from "bun:test";
import type { ServingSummary, WindowSummary } from "../benchmarks/serving/summary-shape.ts";
import { stallLines, steadinessLines, untilLines } from "./serving-window-text.ts";

test("stalls", () => {
  const of = (stalls: Partial<WindowSummary["stalls"]> | null) =>
    stallLines({
      stalls: stalls === null ? null : { thresholdMs: 1000, answers: 200, low: 0.01, high: 0.04, ...stalls },
    } as WindowSummary);
  expect(of(null)).toEqual([]);
  expect(of({ stalls: 0, withStall: 0, share: 0 })).toEqual(["Stalls      none over 1.00 s in 200 answers"]);
  expect(of({ stalls: 5, withStall: 4, share: 0.02 })).toEqual([
    "Stalls      5 over 1.00 s, in 4 of 200 answers: 2.0 % [1.0 % to 4.0 %]",
  ]);
});

test("steadiness", () => {
  const steady = {
    steadiness: {
      ttft: { verdict: "drifting", z: 4, pValue: 0.0001, drift: 0.342, batches: 40 },
      inFlight: { verdict: "steady", z: -1, pValue: 0.31, drift: null, batches: 40 },
    },
  } as WindowSummary;
  expect(steadinessLines(steady)).toEqual([
    "Steadiness  TTFT drifting (+34 %, p < 0.001) · in flight steady (p 0.310)",
  ]);
  expect(steadinessLines(null)).toEqual([]);
});

test("until", () => {
  const until = [
    {
      condition: "ttft.p99:5%",
      reached: true,
      value: 812,
      unit: "ms",
      relativeHalfWidth: 0.047,
      atMs: 34_200,
    },
    { condition: "itl.p99:5%", reached: false, value: null, unit: "ms", relativeHalfWidth: null, atMs: null },
  ] as const;
  expect(untilLines({ until } as unknown as ServingSummary)).toEqual([
    "Until       ttft.p99:5% reached after 34.2 s (812 ms, ± 4.7 %)",
    "Until       itl.p99:5% NOT reached (not measured, no interval yet)",
  ]);
});
