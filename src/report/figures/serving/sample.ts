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
  return sampleOf(run, "ttft", histogram);
}

/** Gaps between tokens, or between chunks. */
export function gapSample(run: ServingRun, id: "itl" | "icl"): Sample {
  return sampleOf(run, id, run.collected[id]);
}

/**
 * With quantiles as the summary has them, and their intervals; of a run without one from the histogram, within 0.05 %. So, too, where the
 * summary's are of more requests, those that the end of the run cut off: marks on a curve are of what the curve is of.
 */
function sampleOf({ summary }: ServingRun, id: string, histogram: LogHistogram): Sample {
  const known = summary?.whole?.metrics[id] ?? null;
  const cutOff = summary?.whole?.requests.censored ?? 0;
  const unfinished = known === null || cutOff === 0 ? 0 : Math.max(0, (known.n ?? 0) - histogram.n);
  const quantiles = MARKED.flatMap(([name, share]): MarkedQuantile[] => {
    const exact = unfinished > 0 ? null : (known?.quantiles[name] ?? null);
    const value = exact?.value ?? histogram.quantile(share);
    if (value === null) return [];
    const { low, high, small } = exact ?? { low: null, high: null, small: isSmall(histogram.n, share) };
    return [{ name, share, value, low, high, small }];
  });
  return { histogram, quantiles, unfinished };
}
