import { assertNever } from "../../../core/errors.ts";
import type { Rng } from "../../../core/rng.ts";
import { drawLognormal } from "./lognormal.ts";

/** How many tokens a text has. Lengths are whole and at least 1. */
export type LengthDistribution =
  | { kind: "fixed"; tokens: number }
  | { kind: "uniform"; min: number; max: number }
  | { kind: "choices"; tokens: readonly number[] }
  | { kind: "normal" | "lognormal"; mean: number; sd: number; min: number; max: number };

/** One length. `normal` and `lognormal` have the given mean and sd before they are cut to [min, max]. */
export function drawLength(distribution: LengthDistribution, rng: Rng): number {
  switch (distribution.kind) {
    case "fixed":
      return distribution.tokens;
    case "uniform":
      return distribution.min + rng.below(distribution.max - distribution.min + 1);
    case "choices":
      return distribution.tokens[rng.below(distribution.tokens.length)]!;
    case "normal":
      return clip(distribution.mean + distribution.sd * rng.normal(), distribution);
    case "lognormal":
      return clip(drawLognormal(distribution.mean, distribution.sd, rng), distribution);
    default:
      return assertNever(distribution);
  }
}

function clip(tokens: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, Math.round(tokens)));
}
