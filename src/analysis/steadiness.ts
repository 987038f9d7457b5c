import { blockLength } from "./block-length.ts";
import { normalCdf } from "./normal.ts";
import { quantile } from "./quantile.ts";

export interface Steadiness {
  /** `drifting`: p < 0.01, and the drift is at least 5 % of the level. `steady`: no such drift was found. */
  verdict: "steady" | "drifting";
  /** Mann-Kendall's Z: standard normal where there is no trend, positive where values rise. */
  z: number;
  /** Two-sided. */
  pValue: number;
  /** From the first to the last batch, by the median slope, over the median level: 0.1 is a rise by 10 %; null for a level of 0. */
  drift: number | null;
  /** Batch means that the test compares. */
  batches: number;
}

/** A run has two such series. At 0.05 one in ten sound runs would be called drifting, and no one would read the warning. */
const SIGNIFICANT = 0.01;
/** With many values the test sees drifts that no one minds. */
const LEAST_DRIFT = 0.05;
const FEWEST_VALUES = 50;
/** Below 10, Kendall's normal approximation is poor (Kendall 1975); above 40 batches, little power is gained. */
const FEWEST_BATCHES = 10;
const MOST_BATCHES = 40;
/** So many block lengths (block-length.ts) make a batch, which leaves next to no correlation between batch means. */
const BLOCKS_IN_BATCH = 2;

/**
 * Whether a series rises or falls over its length: the Mann-Kendall test on the means of equal batches, long enough that they do not
 * depend on one another. It sees monotone trends, not waves.
 * Sources: Mann, "Nonparametric Tests Against Trend" (1945); Kendall, Rank Correlation Methods (1975), with its correction for ties;
 * slope: Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau" (1968).
 * @param series finite, in time order, after the warm-up cut
 * @returns null below 50 values
 */
export function steadiness(series: Float64Array): Steadiness | null {
  const n = series.length;
  if (n < FEWEST_VALUES) return null;
  const independent = Math.floor(n / (BLOCKS_IN_BATCH * blockLength(series)));
  const means = batchMeans(series, Math.min(MOST_BATCHES, Math.max(FEWEST_BATCHES, independent)));
  const { z, slope } = mannKendall(means);
  const pValue = 2 * normalCdf(-Math.abs(z));
  const level = quantile(means.slice().sort(), 0.5)!;
  const drift = level === 0 ? null : (slope * (means.length - 1)) / Math.abs(level);
  const isDrifting = pValue < SIGNIFICANT && (drift === null || Math.abs(drift) >= LEAST_DRIFT);
  return { verdict: isDrifting ? "drifting" : "steady", z, pValue, drift, batches: means.length };
}

function batchMeans(series: Float64Array, batches: number): Float64Array {
  const edge = (batch: number) => Math.floor((batch * series.length) / batches);
  return Float64Array.from({ length: batches }, (_, batch) => {
    const [start, end] = [edge(batch), edge(batch + 1)];
    let sum = 0;
    for (let i = start; i < end; i++) sum += series[i]!;
    return sum / (end - start);
  });
}

/** Z of the Mann-Kendall test, and Sen's slope for a step. */
function mannKendall(values: Float64Array): { z: number; slope: number } {
  const n = values.length;
  const slopes: number[] = [];
  let s = 0;
  for (let j = 1; j < n; j++) {
    for (let i = 0; i < j; i++) {
      s += Math.sign(values[j]! - values[i]!);
      slopes.push((values[j]! - values[i]!) / (j - i));
    }
  }
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const spread = (m: number) => m * (m - 1) * (2 * m + 5);
  let variance = spread(n);
  for (const count of counts.values()) variance -= spread(count);
  const slope = quantile(Float64Array.from(slopes).sort(), 0.5)!;
  // Less 1 towards 0: the correction for S being whole numbers of one parity.
  return { z: s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance / 18), slope };
}
