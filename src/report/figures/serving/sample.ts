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
  const { spans } = run.collected;
  const histogram = new LogHistogram();
  for (const { knownTtftMs } of spans) if (knownTtftMs !== null) histogram.add(knownTtftMs);
  const cutOff = spans.filter(({ unfinished, sentAt }) => unfinished && sentAt !== null);
  const withValue = cutOff.filter(({ knownTtftMs }) => knownTtftMs !== null).length;
  return { ...sampleOf(run, "ttft", histogram), withValue, unfinished: cutOff.length - withValue };
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
  const quantiles = MARKED.flatMap(([name, share]): MarkedQuantile[] => {
    const exact = known === null || known.censored > 0 ? null : (known.quantiles[name] ?? null);
    const value = exact?.value ?? histogram.quantile(share);
    if (value === null) return [];
    const { low, high, small } = exact ?? { low: null, high: null, small: isSmall(histogram.n, share) };
    return [{ name, share, value, low, high, small }];
  });
  return { histogram, quantiles };
}
