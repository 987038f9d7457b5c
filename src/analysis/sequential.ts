/** An estimate with its interval, as quantiles have it. */
export interface Estimate {
  value: number;
  low: number | null;
  high: number | null;
  /** n is too small for this estimate: then it is never narrow. */
  small?: boolean;
}

/** Half the interval over the estimate: 0.05 is "± 5 %"; null where a bound is missing or the estimate is 0. */
export function relativeHalfWidth({ value, low, high }: Estimate): number | null {
  return low === null || high === null || value === 0 ? null : (high - low) / 2 / Math.abs(value);
}

/**
 * Whether an estimate is known well enough to stop, e.g. "p99 ± 5 %". Each look is a chance to stop on a lucky interval, and coverage
 * falls with their number: look as the sample has grown by a half or so, not at each request.
 * Source: Law & Kelton, Simulation Modeling and Analysis, section 9.5.3 (sequential procedures with relative error).
 * @param share above 0, e.g. 0.05
 */
export function isNarrow(estimate: Estimate, share: number): boolean {
  const width = relativeHalfWidth(estimate);
  return width !== null && estimate.small !== true && width <= share;
}
