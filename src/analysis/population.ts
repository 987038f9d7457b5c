import { moments } from "./describe.ts";
import { quantile } from "./quantile.ts";

/** What numpy's mean, std and percentile say of values by default. */
export interface Population {
  n: number;
  mean: number | null;
  /** With n in the denominator. */
  sd: number | null;
  min: number | null;
  max: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
}

/** Values as tools in Python summarize them, without intervals; all but n is null where there are none. @param sorted ascending, finite */
export function population(sorted: Float64Array): Population {
  const n = sorted.length;
  const of = (q: number) => quantile(sorted, q);
  const { mean, sd } = n === 0 ? { mean: null, sd: null } : moments(sorted);
  return {
    n,
    mean,
    sd: n === 0 ? null : sd === null ? 0 : sd * Math.sqrt((n - 1) / n),
    min: of(0),
    max: of(1),
    p50: of(0.5),
    p90: of(0.9),
    p95: of(0.95),
    p99: of(0.99),
  };
}
