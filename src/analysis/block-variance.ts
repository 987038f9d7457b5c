/**
 * Variance of the total of a circular block bootstrap: n/length blocks of `length` values in a row, each from a start drawn evenly
 * among all n, the series joined end to start. This is what resampling tends to as the number of resamples grows, without any:
 * `n Σ_s (block sum at s)² / (n length)`, in one pass.
 * Source: Politis & Romano, "A Circular Block-Resampling Procedure for Stationary Data" (1992); Künsch, "The Jackknife and the
 * Bootstrap for General Stationary Observations" (1989), for the closed form.
 * @param residuals in time order, with a sum of 0
 * @param length of a block, in values, from 1 to n
 */
export function blockVariance(residuals: Float64Array, length: number): number {
  const n = residuals.length;
  if (!(Number.isInteger(length) && length >= 1 && length <= n)) {
    throw new RangeError(`no blocks of ${length} in a series of ${n}`);
  }
  let sum = 0;
  for (let i = 0; i < length; i++) sum += residuals[i]!;
  let squares = 0;
  for (let start = 0, next = length; start < n; start++, next++) {
    squares += sum * sum;
    if (next === n) next = 0;
    sum += residuals[next]! - residuals[start]!;
  }
  return squares / length;
}
