import { betaKernel } from "./binomial-density.ts";

/** The fraction needs O(√max(a, b)) terms: about 3,000 for 1e7. This bound is for a and b up to 1e9. */
const MOST_TERMS = 200_000;
/** Stands in for a zero denominator in Lentz's method. */
const TINY = 1e-300;

/**
 * The regularized incomplete beta function I_x(a, b), a and b above 0.
 * Source: continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, evaluated by the modified Lentz
 * method, with I_x(a, b) = 1 - I_(1-x)(b, a) where x is beyond the mean.
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const kernel = betaKernel(x, a, b);
  if (x < (a + 1) / (a + b + 2)) return kernel === 0 ? 0 : (kernel * fraction(x, a, b)) / a;
  return kernel === 0 ? 1 : 1 - (kernel * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) return value;
  }
  throw new Error(`the incomplete beta function did not converge at x=${x}, a=${a}, b=${b}`);
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/**
 * P(B ≤ k) for B binomial with n trials of probability p, 0 < p < 1; exact to about 13 digits for n up to 1e8.
 * Source: DLMF 8.17.24, P(B ≤ k) = I_(1-p)(n-k, k+1).
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularizedBeta(1 - p, n - k, k + 1);
}
