import { deviance, stirlingError } from "./binomial-density.ts";

/** Both expansions need O(√a) terms where x is near a: about 30,000 for 1e8. */
const MOST_TERMS = 1_000_000;
/** Stands in for a zero denominator in Lentz's method. */
const TINY = 1e-300;

/** The two tails of the gamma distribution of shape a and scale 1 at x: `lower` + `upper` = 1. */
export interface GammaTails {
  /** P(a, x) = P(X ≤ x) */
  lower: number;
  /** Q(a, x) = P(X > x), exact also where it is tiny */
  upper: number;
}

/**
 * The regularized incomplete gamma functions P(a, x) and Q(a, x), to about 13 digits.
 * Source: the series 8.7.1 of the NIST Digital Library of Mathematical Functions below the mean, the continued fraction 8.9.2 by
 * the modified Lentz method above it; `x^a e^-x / Γ(a+1)` in Loader's saddle-point form (binomial-density.ts).
 * @param a above 0
 * @throws RangeError where a is not above 0 or x is not a number
 */
export function regularizedGamma(a: number, x: number): GammaTails {
  if (!(a > 0 && a < Number.POSITIVE_INFINITY) || Number.isNaN(x)) {
    throw new RangeError(`no incomplete gamma function of ${a} at ${x}`);
  }
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const kernel = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  if (x < a + 1) {
    const lower = kernel * series(a, x);
    return { lower, upper: 1 - lower };
  }
  const upper = kernel === 0 ? 0 : kernel * a * fraction(a, x);
  return { lower: 1 - upper, upper };
}

/** `1 + x/(a+1) + x²/((a+1)(a+2)) + …` */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= MOST_TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < 1e-16 * sum) return sum;
  }
  throw notConverged(a, x);
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n <= MOST_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) return value;
  }
  throw notConverged(a, x);
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function notConverged(a: number, x: number): Error {
  return new Error(`the incomplete gamma function did not converge at a=${a}, x=${x}`);
}
