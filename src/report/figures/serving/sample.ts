import { LogHistogram } from "../../../analysis/log-histogram.ts";
import { isSmall } from "../../../analysis/order-interval.ts";
import type { MarkedQuantile, Sample } from "./distribution.ts";
import type { ServingRun } from "./run.ts";

const MARKED = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
] as const;

export function ttftSample(run: ServingRun): Sample {
  const histogram = new LogHistogram();
  for (const { ttftMs } of run.collected.spans) if (ttftMs !== null) histogram.add(ttftMs);
  return { histogram, quantiles: quantilesOf(run, "ttft", histogram) };
}

/** Gaps between tokens, or between chunks. */
export function gapSample(run: ServingRun, id: "itl" | "icl"): Sample {
  const histogram = run.collected[id];
  return { histogram, quantiles: quantilesOf(run, id, histogram) };
}

/** As the summary has them, with their intervals; of a run without one from the histogram, within 0.05 %. */
function quantilesOf({ summary }: ServingRun, id: string, histogram: LogHistogram): MarkedQuantile[] {
  const known = summary?.whole?.metrics[id];
  return MARKED.flatMap(([name, share]) => {
    const exact = known?.quantiles[name];
    if (exact && exact.value !== null) return [{ name, share, ...exact, value: exact.value }];
    const value = histogram.quantile(share);
    return value === null
      ? []
      : [{ name, share, value, low: null, high: null, small: isSmall(histogram.n, share) }];
  });
}
