import { measured } from "../../numbers.ts";
import type { SavedSummary, SavedWindow } from "../../saved-summary.ts";
import type { Estimate, Latency, LoadPoint } from "../load-points.ts";
import { plain } from "../ticks.ts";

/** A run as a point of curves over load: its steady window, or the whole of it. @returns null where it has neither, or its throughput is not known */
export function loadPointOf(summary: SavedSummary): LoadPoint | null {
  const window = summary.steady ?? summary.whole;
  if (window === null || window.outputThroughputPerS === null) return null;
  return {
    label: labelOf(summary),
    isSaturated: false,
    n: window.metrics.e2el?.n ?? window.requests.succeeded,
    outputTokensPerS: window.outputThroughputPerS,
    offeredPerS: summary.load.achievedRatePerS,
    e2elMs: latencyOf(window, "e2el"),
    ttftMs: latencyOf(window, "ttft"),
    ntpotMs: latencyOf(window, "ntpot"),
    goodput: window.goodput,
    usdPerMTokens: window.cost?.usdPerMOutputTokens ?? null,
  };
}

function labelOf({ load }: SavedSummary): string {
  if (load.askedRatePerS !== null) return `${plain(load.askedRatePerS)} req/s`;
  if (load.concurrency !== null) return `${load.concurrency} users`;
  return load.achievedRatePerS === null ? "all at once" : `${measured(load.achievedRatePerS)} req/s sent`;
}

function latencyOf({ metrics }: SavedWindow, id: string): Latency | null {
  const metric = metrics[id];
  if (!metric) return null;
  const estimate = (name: string): Estimate | null => {
    const quantile = metric.quantiles[name];
    if (!quantile || quantile.value === null) return null;
    const { value, low, high, isLowerBound } = quantile;
    return { value, isLowerBound, low, high };
  };
  return { p50: estimate("p50"), p90: estimate("p90"), p99: estimate("p99") };
}
