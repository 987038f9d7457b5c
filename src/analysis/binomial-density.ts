/**
 * The error δ(n) of Stirling's formula: `ln Γ(n+1) - ln(√(2πn) (n/e)^n)`, for real n > 0.
 * Source: C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), section 3; below 15, where the series
 * loses digits, the recurrence `δ(n) = δ(n+1) + (n + ½) ln(1 + 1/n) - 1` leads up to it.
 */
export function stirlingError(n: number): number {
  let carried = 0;
  let m = n;
  for (; m < 15; m++) carried += (m + 0.5) * Math.log1p(1 / m) - 1;
  const inverseSquare = 1 / (m * m);
  const series =
    1 / 12 -
    inverseSquare *
      (1 / 360 - inverseSquare * (1 / 1260 - inverseSquare * (1 / 1680 - inverseSquare / 1188)));
  return carried + series / m;
}

/**
 * Loader's deviance `x ln(x / mean) + mean - x`, without cancellation where x is near its mean.
 * @param x above 0
 * @param mean above 0
 */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * `x^a (1-x)^b / B(a, b)` for real a, b > 0 and x in (0, 1): Loader's saddle-point form of the binomial density, which keeps
 * about 14 digits for a and b up to 1e8, where differences of log-gammas keep 7.
 */
export function betaKernel(x: number, a: number, b: number): number {
  const n = a + b;
  const logRatio =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.exp(logRatio) * Math.sqrt(((a / n) * b) / (2 * Math.PI));
}
