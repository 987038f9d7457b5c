import type { CapacityFigures, LevelResult } from "./profile-shape.ts";

/** Levels so close below the capacity are as good as at it: of them the one with the most requests tells most. */
const NEAR = 0.9;

/**
 * Figures of the level with the most requests within 10 % below the capacity, else of the one closest below; null where every level lies above
 * it. Levels whose client was unfit tell nothing.
 */
export function figuresAtCapacity(
  ratePerS: number | null,
  levels: readonly LevelResult[],
): CapacityFigures | null {
  if (ratePerS === null) return null;
  let best: CapacityFigures | null = null;
  let most = 0;
  for (const { name, load, figures, saturated, status } of levels) {
    if (load.kind !== "rate" || figures === null || saturated || status !== "complete") continue;
    if (figures.validity.verdict === "unfit" || load.ratePerS > ratePerS) continue;
    const isNear = load.ratePerS >= NEAR * ratePerS;
    if (
      best !== null &&
      (isNear && best.ratePerS >= NEAR * ratePerS ? figures.n <= most : load.ratePerS < best.ratePerS)
    )
      continue;
    most = figures.n;
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
