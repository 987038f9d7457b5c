import type { Rng } from "../../../core/rng.ts";

/** A lognormal value of this mean and sd, both above 0: sigma² = ln(1 + sd²/mean²), mu = ln(mean) - sigma²/2. */
export function drawLognormal(mean: number, sd: number, rng: Rng): number {
  const variance = Math.log1p((sd / mean) ** 2);
  const mu = Math.log(mean) - variance / 2;
  return Math.exp(mu + Math.sqrt(variance) * rng.normal());
}
