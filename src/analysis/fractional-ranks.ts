import { regularizedBeta } from "./incomplete-beta.ts";
import { COVERAGE, type Interval } from "./order-interval.ts";

/**
 * The 95 % bounds of quantile q as fractions u of the sample, for n that need not be whole: `u (n + 1)` is a fractional rank.
 * Between whole ranks, order statistics act as beta variables: the bound of a tail α solves `I_q((n+1)u, (n+1)(1-u)) = 1-α`
 * below and `= α` above. Unlike whole ranks (order-interval.ts) they are close to 95 % rather than at least 95 %.
 * Source: A. Hutson, "Calculating Nonparametric Confidence Intervals for Quantiles Using Fractional Order Statistics" (1999).
 * @param n at least 1
 * @param q in (0, 1)
 * @returns null for a bound beyond the smallest or the largest value; the other one then leaves out 5 %, not 2.5 %
 */
export function fractionalRanks(n: number, q: number): Interval {
  const tail = (1 - COVERAGE) / 2;
  const [low, high] = [lowBound(n, q, tail), highBound(n, q, tail)];
  if (low !== null && high === null) return { low: lowBound(n, q, 2 * tail), high };
  if (low === null && high !== null) return { low, high: highBound(n, q, 2 * tail) };
  return { low, high };
}

/** The u where P(U(u) > q) = `tail`, U(u) the fractional order statistic of uniform values; null where even the smallest has more. */
function lowBound(n: number, q: number, tail: number): number | null {
  return atMost(n, q, 1 / (n + 1)) < 1 - tail ? null : solve(n, q, 1 - tail);
}

/** The u where P(U(u) ≤ q) = `tail`; null where even the largest has more. */
function highBound(n: number, q: number, tail: number): number | null {
  return atMost(n, q, n / (n + 1)) > tail ? null : solve(n, q, tail);
}

/** P(U(u) ≤ q), which falls as u rises. */
function atMost(n: number, q: number, u: number): number {
  return regularizedBeta(q, (n + 1) * u, (n + 1) * (1 - u));
}

/** By bisection from the smallest to the largest value, and one of these where the solution lies beyond it. */
function solve(n: number, q: number, probability: number): number {
  let low = 1 / (n + 1);
  let high = n / (n + 1);
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (atMost(n, q, middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
