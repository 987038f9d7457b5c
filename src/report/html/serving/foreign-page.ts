import { foreignRun } from "../../figures/serving/foreign-run.ts";
import type { ForeignMetric, ForeignResult } from "../../foreign/result.ts";
import type { PageRun } from "./page-run.ts";
import type { PageMetric, PageWindow } from "./page-summary.ts";

/** Another tool's result as a page shows it: under the metrics that come nearest to ours, without intervals. */
export function foreignPageRun(result: ForeignResult): PageRun {
  return {
    run: foreignRun(result),
    summary: null,
    load: { ...result.load, plannedRatePerS: null, peakInFlight: null },
    measuredBy: { tool: result.measuredBy, notes: result.notes },
    whole: windowOf(result),
    steady: null,
    summaryContent: null,
    metadataContent: null,
    requests: null,
  };
}

function windowOf({ durationS, requests, metrics, ...result }: ForeignResult): PageWindow {
  const known = metrics.flatMap((metric) =>
    metric.nearest === null ? [] : [[metric.nearest, metricOf(metric, requests.succeeded)] as const],
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
    metrics: Object.fromEntries(known),
  };
}

function metricOf({ unit, n, mean, min, max, quantiles }: ForeignMetric, succeeded: number): PageMetric {
  const shown = Object.entries(quantiles).map(
    ([name, value]) => [name, { value, low: null, high: null, small: false, isLowerBound: false }] as const,
  );
  return {
    unit,
    n: n ?? succeeded,
    censored: 0,
    mean,
    meanIsLowerBound: false,
    meanLow: null,
    meanHigh: null,
    min,
    max,
    maxIsLowerBound: false,
    quantiles: Object.fromEntries(shown),
  };
}
