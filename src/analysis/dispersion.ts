import { chiSquareQuantile } from "./chi-square.ts";
import { COVERAGE } from "./order-interval.ts";

/** How unevenly arrivals fall: the variance of their counts in equal windows over the mean of the counts. */
export interface Dispersion {
  /** 1 for Poisson, above it burstier, below it more even. */
  index: number;
  windows: number;
  meanPerWindow: number;
  /** What arrivals of the burstiness asked about have on average in such windows. */
  expected: number;
  /** 95 % of their schedules have an index from `low` to `high`. */
  low: number;
  high: number;
}

/**
 * Index of dispersion of the arrivals in whole windows from the first instant on, a rest at the end left out.
 * (windows - 1) · index / expected is chi-square with windows - 1 degrees of freedom: exact enough for Poisson (Fisher's dispersion
 * test; Cox & Lewis, The Statistical Analysis of Series of Events, 1966), and for gamma gaps once windows hold about 20 arrivals or more
 * (simulated: 93 to 96 % of schedules inside the range for burstiness 0.1 to 10).
 * @param atMs ascending
 * @param windowMs above 0; 20 mean gaps is a good length
 * @param burstiness shape of the gamma gaps that are expected; 1 is Poisson
 * @returns null with fewer than 2 windows
 */
export function dispersion(atMs: ArrayLike<number>, windowMs: number, burstiness = 1): Dispersion | null {
  const n = atMs.length;
  if (!(windowMs > 0 && burstiness > 0)) throw new RangeError("a window and a burstiness are above 0");
  const windows = n === 0 ? 0 : Math.floor((atMs[n - 1]! - atMs[0]!) / windowMs);
  if (windows < 2) return null;
  const counts = new Float64Array(windows);
  for (let i = 0; i < n; i++) {
    const window = Math.floor((atMs[i]! - atMs[0]!) / windowMs);
    if (window < windows) counts[window]!++;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / windows;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  const degrees = windows - 1;
  const expected = expectedDispersion(burstiness, mean);
  const tail = (1 - COVERAGE) / 2;
  return {
    index: squares / degrees / mean,
    windows,
    meanPerWindow: mean,
    expected,
    low: (expected * chiSquareQuantile(degrees, tail)) / degrees,
    high: (expected * chiSquareQuantile(degrees, 1 - tail)) / degrees,
  };
}

/**
 * The index of a stream with gamma gaps of shape k: 1/k for long windows, and to the next order 1/k + (1 - 1/k²) / (6 m) with m
 * arrivals a window, from the variance of an equilibrium renewal process.
 * Source: D. R. Cox, Renewal Theory (1962), section 4.5.
 * @param meanPerWindow 10 or more; with fewer the next orders matter
 */
export function expectedDispersion(burstiness: number, meanPerWindow: number): number {
  return 1 / burstiness + (1 - 1 / burstiness ** 2) / (6 * meanPerWindow);
}
