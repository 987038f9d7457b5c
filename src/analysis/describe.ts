import { serialDependence } from "./autocorrelation.ts";
import { blockBootstrap, type OrderedSample } from "./block-bootstrap.ts";
import { type Clusters, checkClusters } from "./clusters.ts";
import { Z95 } from "./normal.ts";
import { COVERAGE, type Interval, isSmall, quantileInterval } from "./order-interval.ts";
import { quantile } from "./quantile.ts";
import { studentT } from "./student-t.ts";

/** The quantiles that every metric reports. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, "p99.9": 0.999 } as const;

export type QuantileName = keyof typeof QUANTILES;

export interface QuantileEstimate {
  value: number;
  /** The truth is at least `value`: too many were unfinished to say more (describe-censored.ts). */
  isLowerBound: boolean;
  /** 95 % interval; null where n is too small for that bound to exist. */
  low: number | null;
  high: number | null;
  /** n < 5/(1-q): to be shown as "n too small". */
  small: boolean;
}

/** What the 95 % intervals take the values for: independent ones, a dependent series, or a pool from whole requests; `none`: only counts were kept. */
export type IntervalMethod = "order-statistics" | "block-bootstrap" | "cluster-bootstrap" | "none";

/** What a sample says, in the sample's own unit; the keys are those of summary.json. */
export interface Distribution {
  n: number;
  /** Of n: known only to be larger than when the run ended. */
  censored: number;
  mean: number;
  meanIsLowerBound: boolean;
  /** 95 % interval of the mean, Student's t with the spread of `intervals`, not below 0 where no value is; null where n is too small for one. */
  meanLow: number | null;
  meanHigh: number | null;
  /** Sample standard deviation (n-1); null for n = 1, and where values are unfinished. */
  sd: number | null;
  min: number;
  max: number;
  maxIsLowerBound: boolean;
  intervals: IntervalMethod;
  /** Lag-1 autocorrelation in the order given, see autocorrelation.ts; null where it is not defined. */
  autocorrelation: number | null;
  quantiles: Record<QuantileName, QuantileEstimate>;
}

export interface DescribeOptions {
  /**
   * For values pooled from several of each request: where each request's begin. Gaps of one request depend on one another far beyond
   * their neighbours, so whole requests are drawn, in blocks where neighbouring requests are alike.
   */
  clusters?: Clusters;
}

/** Above this lag-1 autocorrelation a series is dependent (METHODS.md, Statistics). */
const DEPENDENT = 0.1;

/**
 * Summarizes a sample. Its intervals are those of independent values (order statistics, Student t), or of a circular block bootstrap
 * where the lag-1 autocorrelation exceeds 0.1 and, below n = 384, also 1.96/√n: independent values reach less by accident.
 * @param values in time order, left as they are; absent values are the caller's to leave out
 * @returns null for an empty sample
 * @throws RangeError on a value that is not finite, and on clusters that are none
 */
export function describe(
  values: Float64Array | readonly number[],
  { clusters }: DescribeOptions = {},
): Distribution | null {
  const n = values.length;
  if (clusters !== undefined) checkClusters(clusters, n);
  if (n === 0) return null;
  const ordered = values instanceof Float64Array ? values : Float64Array.from(values);
  const sorted = ordered.slice().sort();
  // NaN sorts last, so the two ends show whatever is not finite.
  if (!Number.isFinite(sorted[0]!) || !Number.isFinite(sorted[n - 1]!)) {
    throw new RangeError("a sample holds a value that is not finite");
  }
  const { mean, sd } = moments(sorted);
  const autocorrelation = serialDependence(ordered, quantile(sorted, 0.5)!);
  const isPooled = clusters !== undefined && clusters.length < n;
  const isDependent = autocorrelation !== null && autocorrelation > Math.max(DEPENDENT, Z95 / Math.sqrt(n));
  const sample = { values: ordered, sorted, mean, clusters: isPooled ? clusters : null };
  const intervals = isPooled ? "cluster-bootstrap" : isDependent ? "block-bootstrap" : "order-statistics";
  const of = intervals === "order-statistics" ? independentIntervals(sample, sd) : blockBootstrap(sample);
  return {
    n,
    censored: 0,
    mean,
    meanIsLowerBound: false,
    meanLow: possible(of.mean.low, sorted[0]!),
    meanHigh: of.mean.high,
    sd,
    min: sorted[0]!,
    max: sorted[n - 1]!,
    maxIsLowerBound: false,
    intervals,
    autocorrelation,
    quantiles: quantilesOf(sorted, of.quantile),
  };
}

/** A mean's low bound, cut at 0 where no value is below it: Student's t knows no limits, and the mean of such values is not below 0 either. */
function possible(low: number | null, least: number): number | null {
  return low !== null && least >= 0 ? Math.max(0, low) : low;
}

function independentIntervals({ sorted, mean }: OrderedSample, sd: number | null) {
  const n = sorted.length;
  const half = sd === null ? null : (studentT(n - 1, COVERAGE) * sd) / Math.sqrt(n);
  return {
    mean: half === null ? { low: null, high: null } : { low: mean - half, high: mean + half },
    quantile: (q: number) => quantileInterval(sorted, q),
  };
}

function quantilesOf(
  sorted: Float64Array,
  intervalOf: (q: number) => Interval,
): Record<QuantileName, QuantileEstimate> {
  const entries = Object.entries(QUANTILES).map(([name, q]) => [
    name,
    { value: quantile(sorted, q)!, isLowerBound: false, ...intervalOf(q), small: isSmall(sorted.length, q) },
  ]);
  return Object.fromEntries(entries) as Record<QuantileName, QuantileEstimate>;
}

/**
 * Mean and sample sd. The second pass subtracts the mean first, and its sum of differences takes out the mean's own rounding.
 * Source: Chan, Golub & LeVeque, "Algorithms for Computing the Sample Variance" (1983), corrected two-pass.
 */
export function moments(values: ArrayLike<number>): { mean: number; sd: number | null } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const rough = sum / n;
  let difference = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const d = values[i]! - rough;
    difference += d;
    squares += d * d;
  }
  const variance = n > 1 ? Math.max(0, squares - (difference * difference) / n) / (n - 1) : null;
  return { mean: rough + difference / n, sd: variance === null ? null : Math.sqrt(variance) };
}
