import { type Distribution, QUANTILES, type QuantileEstimate, type QuantileName } from "./describe.ts";
import type { LogHistogram } from "./log-histogram.ts";
import { isSmall } from "./order-interval.ts";

/**
 * Summarizes counts of values, of which there were too many to keep: within half of a bin's 0.1 %, but for n, least and largest, which are
 * exact; without intervals, which need the values in their order.
 * @returns null for an empty sample
 */
export function describeHistogram(histogram: LogHistogram): Distribution | null {
  const { n, min, max } = histogram;
  if (n === 0) return null;
  const { mean, sd } = moments(histogram);
  const entries = Object.entries(QUANTILES).map(([name, q]): [string, QuantileEstimate] => [
    name,
    { value: histogram.quantile(q)!, isLowerBound: false, low: null, high: null, small: isSmall(n, q) },
  ]);
  return {
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
    intervals: "none",
    autocorrelation: null,
    quantiles: Object.fromEntries(entries) as Record<QuantileName, QuantileEstimate>,
  };
}

function moments(histogram: LogHistogram): { mean: number; sd: number | null } {
  const { n } = histogram;
  const middles = [...histogram.bins()].map(({ low, high, count }) => ({ value: (low + high) / 2, count }));
  const mean = middles.reduce((sum, { value, count }) => sum + value * count, 0) / n;
  const squares = middles.reduce((sum, { value, count }) => sum + count * (value - mean) ** 2, 0);
  return { mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null };
}
