import type { CapacityFigures, LevelResult } from "./profile-shape.ts";

/** Figures of the level closest below the capacity; null where every level lies above it. */
export function figuresAtCapacity(
  ratePerS: number | null,
  levels: readonly LevelResult[],
): CapacityFigures | null {
  if (ratePerS === null) return null;
  let best: CapacityFigures | null = null;
  for (const { name, load, figures, saturated, status } of levels) {
    if (load.kind !== "rate" || figures === null || saturated || status !== "complete") continue;
    if (load.ratePerS > ratePerS || load.ratePerS < (best?.ratePerS ?? 0)) continue;
    const { outputTokensPerS, usdPerMOutputTokens, joulesPerOutputToken, gpus, outputTokensPerSPerGpu } =
      figures;
    best = {
      level: name,
      ratePerS: load.ratePerS,
      outputTokensPerS,
      usdPerMOutputTokens,
      joulesPerOutputToken,
      gpus,
      outputTokensPerSPerGpu,
    };
  }
  return best;
}
