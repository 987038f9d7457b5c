import { type Rng, rngFor } from "../../core/rng.ts";

/** A source of factors with mean 1. */
export type Jitter = () => number;

/**
 * Lognormal factors with mean 1.
 * @param relativeSd standard deviation of the factor; 0 gives exactly 1 each time
 * @param stream what the factors are for, and `index` for which request: each has numbers of its own
 */
export function jitterFor(relativeSd: number, seed: number, stream: string, index = 0): Jitter {
  if (relativeSd === 0) return () => 1;
  const rng: Rng = rngFor(seed, stream, index);
  const variance = Math.log1p(relativeSd ** 2);
  const sigma = Math.sqrt(variance);
  return () => Math.exp(sigma * rng.normal() - variance / 2);
}
