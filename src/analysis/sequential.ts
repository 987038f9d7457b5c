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
 * Whether an estimate is known well enough to stop, e.g. "p99 ± 5 %".
 * Source: Law & Kelton, Simulation Modeling and Analysis, section 9.5.3 (sequential procedures with relative error).
 * @param share above 0, e.g. 0.05
 */
export function isNarrow(estimate: Estimate, share: number): boolean {
  const width = relativeHalfWidth(estimate);
  return width !== null && estimate.small !== true && width <= share;
}

/** The sample of the first look, and by how much it has to grow before the next. */
const FIRST_LOOK = 100;
const GROWTH = 1.25;

/**
 * The sample size at which to look again whether an estimate is narrow. Each look is a chance to stop on a lucky interval, so that
 * intervals at the stop cover less than 95 %: of 1,000 simulated runs each, 93 to 94.5 % (mean ± 10 %, p99 ± 10 to 20 %; independent
 * and AR(1) with 0.6), and 1 % more where two looks in a row have to agree, for a third more requests. Looks that are a quarter
 * of the sample apart cost as much in all as five times the last one.
 * @param n values of the last look; 0 before the first
 */
export function nextLook(n: number): number {
  return Math.max(FIRST_LOOK, Math.ceil(n * GROWTH));
}
