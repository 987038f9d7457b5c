import { regularizedBeta } from "./incomplete-beta.ts";
import { studentT } from "./student-t.ts";

/** Whether a series grows, tested against chance. */
export interface TrendTest {
  /** Estimate for a second, in the series' unit. */
  slopePerS: number;
  /** 95 % interval of it. */
  low: number;
  high: number;
  /** Probability of a slope so high, or higher, in a random walk without drift. */
  pValue: number;
  /** Means of stretches that were compared. */
  points: number;
}

/** Means of neighbouring stretches of a random walk share a step: variance of their sum over that of independent ones (Working 1960). */
const SHARED_STEPS = 1.5;

/**
 * The drift of a series that wanders by itself, as a queue does: Student's t on the steps from one stretch's mean to the next. The null
 * hypothesis is a random walk, not a level with noise, since at a load near 1 a queue that does not grow in the long run still
 * wanders like one; each test that takes its values for independent of one another finds trends there. For a series that
 * stays around a level the test is conservative, as its steps cancel. One burst counts for little: a single large step makes t about 1.
 * Sources: Nelson & Kang, "Spurious Periodicity in Inappropriately Detrended Time Series" (1981); Working, "Note on the Correlation of
 * First Differences of Averages in a Random Chain" (1960).
 * @param means of equal stretches, in time order, at least 3
 * @param stretchS length of a stretch in seconds
 */
export function driftTest(means: Float64Array, stretchS: number): TrendTest {
  const steps = means.length - 1;
  if (steps < 2) throw new RangeError(`${means.length} means are too few for a drift`);
  const mean = (means[steps]! - means[0]!) / steps;
  let squares = 0;
  for (let i = 0; i < steps; i++) squares += (means[i + 1]! - means[i]! - mean) ** 2;
  const error = Math.sqrt((SHARED_STEPS * squares) / (steps - 1) / steps);
  const half = studentT(steps - 1, 0.95) * error;
  return {
    slopePerS: mean / stretchS,
    low: (mean - half) / stretchS,
    high: (mean + half) / stretchS,
    pValue: upperTail(mean, error, steps - 1),
    points: means.length,
  };
}

/** P(T ≥ mean / error) of Student's distribution (DLMF 8.17, Abramowitz & Stegun 26.7.1). */
function upperTail(mean: number, error: number, degrees: number): number {
  if (error === 0) return mean > 0 ? 0 : 1;
  const square = (mean / error) ** 2;
  const outside = regularizedBeta(degrees / (degrees + square), degrees / 2, 0.5);
  return mean > 0 ? outside / 2 : 1 - outside / 2;
}
