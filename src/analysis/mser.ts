/** Values in a batch: the 5 of MSER-5. */
const BATCH = 5;
/** Fewer batches than these (50 values) say nothing about a warm-up. */
const FEWEST_BATCHES = 10;

export interface MserCut {
  /** How many values at the beginning belong to the warm-up; a multiple of 5, at most half of the series. */
  cut: number;
  /** The best cut was the last one searched: the series may not have become steady at all. */
  isAtLimit: boolean;
}

/**
 * MSER-5: the cut after which the mean of the rest is known best, by the least `Σ (z_j - mean)² / (k - d)²` over the batch means that
 * follow d left out. A warm-up that is kept widens the sum; a steady value that is cut lowers the divisor.
 * Sources: K. P. White, "An Effective Truncation Heuristic for Bias Reduction in Simulation Output" (1997); batches of 5: White, Cobb &
 * Spratt, "A Comparison of Five Steady-State Truncation Heuristics for Simulation" (2000); search of the first half only: Hoad,
 * Robinson & Davies, "Automating Warm-up Length Estimation" (2010).
 * @param series finite, in time order, any unit; up to 4 values at its end that fill no batch are left out
 * @returns null below 50 values
 */
export function mser5(series: ArrayLike<number>): MserCut | null {
  const batches = Math.floor(series.length / BATCH);
  if (batches < FEWEST_BATCHES) return null;
  const last = Math.floor(batches / 2);
  // From the end backwards, so that each sum of squares follows from the one before (Welford 1962).
  let mean = 0;
  let squares = 0;
  let best = Number.POSITIVE_INFINITY;
  let cut = 0;
  for (let batch = batches - 1; batch >= 0; batch--) {
    const kept = batches - batch;
    const value = batchMean(series, batch);
    const difference = value - mean;
    mean += difference / kept;
    squares += difference * (value - mean);
    const score = squares / (kept * kept);
    if (batch <= last && score <= best) {
      best = score;
      cut = batch;
    }
  }
  return { cut: cut * BATCH, isAtLimit: cut === last };
}

function batchMean(series: ArrayLike<number>, batch: number): number {
  let sum = 0;
  for (let i = batch * BATCH; i < (batch + 1) * BATCH; i++) sum += series[i]!;
  return sum / BATCH;
}
