import * as v from "valibot";
import { Summary } from "../saved-summary.ts";
import type { PrintedSummary } from "./saved-summary.ts";

/** A finished run's summary, for tests; `ttft` is known, `itl` was not measured. */
export function fakeSummary(given: Partial<PrintedSummary> = {}): PrintedSummary {
  const quantile = { value: 40, low: 38, high: 43, small: false };
  const window = {
    durationS: 10,
    requests: { total: 100, succeeded: 98, failed: 2, censored: 1 },
    requestThroughputPerS: 9.8,
    outputThroughputPerS: 627.2,
    goodput: { fraction: 0.94, low: 0.87, high: 0.97, perS: 9.4, isMet: false },
    cost: null,
    metrics: {
      ttft: {
        unit: "ms",
        n: 98,
        mean: 41.5,
        sd: 3,
        min: 30,
        max: 90,
        quantiles: {
          p50: quantile,
          p90: quantile,
          p95: quantile,
          p99: { value: 88, low: 70, high: null, small: true },
          "p99.9": null,
        },
      },
      itl: null,
    },
  };
  const summary = v.parse(Summary, {
    benchmark: "serving",
    run: {
      version: "0.1.0",
      runName: "run1",
      startedAt: "2026-11-23T05:55:12.345Z",
      endpoint: "http://h:8000/v1/completions",
      backend: "openai-completions",
      model: "m",
      seed: 0,
      interrupted: false,
    },
    validity: { verdict: "fit", reasons: [] },
    gates: [
      { gate: "ttft.p99<50ms", passed: false, value: 88, unit: "ms" },
      { gate: "goodput>=0.9", passed: true, value: 0.94, unit: "share" },
      { gate: "itl.p50<9ms", passed: false, value: null },
    ],
    whole: window,
    steady: null,
    load: {},
    warnings: [],
  });
  return { ...summary, ...given };
}
