import type { ForeignMetric, ForeignResult } from "../../foreign/result.ts";
import type { SavedMetric, SavedSummary, SavedWindow } from "../../saved-summary.ts";
import { RunCollector } from "./collect.ts";
import type { ServingRun } from "./run.ts";
import type { SavedMetadata } from "./saved-files.ts";

/** Another tool's result as a run in figures: the measures that come nearest to ours, without intervals. */
export function foreignRun(result: ForeignResult): ServingRun {
  const collector = new RunCollector();
  for (const record of result.records ?? []) collector.add(record);
  return {
    name: result.name,
    collected: collector.finish(),
    metadata: metadataOf(result),
    summary: summaryOf(result),
    gpuReadings: null,
  };
}

function metadataOf({ measuredBy, name, startedAt, backend, model, load }: ForeignResult): SavedMetadata {
  const { askedRatePerS, concurrency } = load;
  return {
    tool: measuredBy,
    version: null,
    runName: name,
    status: "complete",
    startedAt,
    clock: null,
    plan: {
      endpoint: null,
      backend,
      seed: null,
      load:
        askedRatePerS === null && concurrency !== null
          ? { kind: "closed", concurrency, arrival: null }
          : { kind: "open", concurrency, arrival: { kind: null, ratePerS: askedRatePerS } },
      request: { model },
      slo: null,
      gates: [],
      trafficSplit: null,
    },
    environment: null,
  };
}

function summaryOf(result: ForeignResult): SavedSummary {
  const { measuredBy, name, startedAt, backend, model, load } = result;
  return {
    benchmark: "serving",
    run: {
      version: measuredBy,
      runName: name,
      startedAt: startedAt ?? "",
      endpoint: "",
      backend: backend ?? "",
      model: model ?? "",
      seed: 0,
      interrupted: false,
    },
    // Nobody checked the client, and nothing is said of it.
    validity: { verdict: "fit", reasons: [] },
    slos: null,
    gates: [],
    until: [],
    load: { ...load, plannedRatePerS: null, peakInFlight: null },
    models: null,
    whole: windowOf(result),
    steady: null,
    warnings: [],
  };
}

function windowOf({ durationS, requests, metrics, cost, ...result }: ForeignResult): SavedWindow {
  const known = metrics.flatMap((metric) =>
    metric.nearest === null ? [] : [[metric.nearest, metricOf(metric)] as const],
  );
  return {
    startUnixMs: null,
    durationS,
    warmupCut: null,
    requests: { ...requests, censored: 0, byClass: {} },
    requestThroughputPerS: result.requestThroughputPerS,
    outputThroughputPerS: result.outputThroughputPerS,
    outputTokensReceived: null,
    goodput: null,
    stalls: null,
    steadiness: null,
    cost,
    metrics: Object.fromEntries(known),
  };
}

function metricOf({ unit, n, mean, sd, min, max, quantiles }: ForeignMetric): SavedMetric {
  const shown = Object.entries(quantiles).map(
    ([name, value]) => [name, { value, low: null, high: null, small: false, isLowerBound: false }] as const,
  );
  return {
    unit,
    n,
    censored: 0,
    mean,
    meanIsLowerBound: false,
    meanLow: null,
    meanHigh: null,
    sd,
    min,
    max,
    maxIsLowerBound: false,
    quantiles: Object.fromEntries(shown),
  };
}
