import type { Rng } from "../../../core/rng.ts";

/**
 * A gamma variate with the given shape (above 0, finite) and scale 1: mean and variance are both `shape`. Shape 1 is the
 * exponential distribution, drawn as such. Otherwise by Marsaglia and Tsang, "A Simple Method for Generating Gamma
 * Variables", ACM TOMS 26 (2000) 363-372: a cubed normal is kept or drawn again; under shape 1 that of shape + 1 times
 * U^(1/shape), as they do.
 */
export function drawGamma(shape: number, rng: Rng): number {
  if (shape === 1) return rng.exponential();
  if (shape < 1) return aboveOne(shape + 1, rng) * aboveZero(rng) ** (1 / shape);
  return aboveOne(shape, rng);
}

function aboveOne(shape: number, rng: Rng): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(aboveZero(rng)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Uniform in (0, 1], so that it has a logarithm. */
function aboveZero(rng: Rng): number {
  return 1 - rng.uniform();
}
