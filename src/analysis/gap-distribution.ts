import { regularizedGamma } from "./incomplete-gamma.ts";

/** P(gap ≤ x), x in ms. */
export type GapCdf = (gapMs: number) => number;

/** Gaps of a Poisson process. */
export function exponentialCdf(meanMs: number): GapCdf {
  return (gapMs) => (gapMs <= 0 ? 0 : -Math.expm1(-gapMs / meanMs));
}

/**
 * Gamma gaps; the shape is what vLLM calls burstiness: 1 is Poisson, below it burstier, above it more even, with a squared coefficient
 * of variation of 1/shape.
 * @param shape above 0
 */
export function gammaCdf(shape: number, meanMs: number): GapCdf {
  return (gapMs) => regularizedGamma(shape, (gapMs * shape) / meanMs).lower;
}
