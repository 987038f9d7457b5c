import type { LoadTrial } from "./capacity/search.ts";
import type { CapacityFigures, LevelResult } from "./profile-shape.ts";

/** A level as the capacity search sees it; null where it is no trial of an open loop at a rate. */
export function trialOf({ load, figures, saturated, status }: LevelResult): LoadTrial | null {
  if (load.kind !== "rate" || figures === null || status === "interrupted") return null;
  const { goodput } = figures;
  if (goodput === null) return null;
  return { ratePerS: load.ratePerS, good: goodput.good, total: goodput.total, saturated };
}

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
