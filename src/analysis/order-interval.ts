import { binomialCdf } from "./incomplete-beta.ts";
import { quantile } from "./quantile.ts";

/** A confidence interval; null where the sample is too small for that bound to exist. */
export interface Interval {
  low: number | null;
  high: number | null;
}

/** Every interval of the project covers the truth in at least 95 % of samples. */
export const COVERAGE = 0.95;

/** Whether n samples are too few to speak of quantile q: fewer than 5 are expected beyond it. */
export function isSmall(n: number, q: number): boolean {
  // 5/(1 - 0.99) is 500.0000000000004 in doubles.
  return n < 5 / (1 - q) - 1e-9;
}

/**
 * 1-based ranks (low, high) of the order statistics that bound quantile q of any distribution with 95 % confidence:
 * P(X(low) ≤ quantile ≤ X(high)) ≥ F(high-1) - F(low-1), with F the binomial distribution of n and q.
 * Each tail holds at most 2.5 %. Where only one of the ranks exists, it becomes a one-sided bound that leaves out up to 5 %.
 * Source: David & Nagaraja, Order Statistics (2003), section 7.1.
 */
export function orderRanks(n: number, q: number): Interval {
  if (!(q > 0 && q < 1)) throw new RangeError(`an interval needs a quantile inside (0, 1), not ${q}`);
  const tail = (1 - COVERAGE) / 2;
  const low = lowRank(n, q, tail);
  const high = highRank(n, q, tail);
  if (low !== null && high === null) return { low: lowRank(n, q, 2 * tail), high };
  if (low === null && high !== null) return { low, high: highRank(n, q, 2 * tail) };
  return { low, high };
}

/** The largest rank l with F(l-1) ≤ tail. */
function lowRank(n: number, q: number, tail: number): number | null {
  const rank = firstWhere(1, n + 1, (l) => binomialCdf(l - 1, n, q) > tail) - 1;
  return rank >= 1 ? rank : null;
}

/** The smallest rank u with F(u-1) ≥ 1 - tail. */
function highRank(n: number, q: number, tail: number): number | null {
  const rank = firstWhere(1, n + 1, (u) => binomialCdf(u - 1, n, q) >= 1 - tail);
  return rank <= n ? rank : null;
}

/** The first integer in [from, to) where the predicate, false and then true, holds; `to` when it never does. */
function firstWhere(from: number, to: number, holds: (k: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The 95 % interval of quantile q, in the sample's unit, for independent samples; exact or conservative for any distribution.
 * It is widened, where it must be, to hold the interpolated estimate itself (very small n only).
 * @param sorted ascending, finite
 * @param q in (0, 1)
 */
export function quantileInterval(sorted: Float64Array, q: number): Interval {
  const estimate = quantile(sorted, q);
  if (estimate === null) return { low: null, high: null };
  const { low, high } = orderRanks(sorted.length, q);
  return {
    low: low === null ? null : Math.min(sorted[low - 1]!, estimate),
    high: high === null ? null : Math.max(sorted[high - 1]!, estimate),
  };
}
