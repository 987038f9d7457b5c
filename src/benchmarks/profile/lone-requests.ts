import { wilson } from "../../analysis/wilson.ts";
import type { CapacityResult } from "./capacity/search.ts";
import type { LevelResult } from "./profile-shape.ts";

/** Of a level that is run to see whether lone requests meet the limits. */
export const LONE_REQUESTS = 20;

/** Whether any level at a rate kept the limits: then requests that meet no others do. */
export function hasGoodTrial(share: number, levels: readonly LevelResult[]): boolean {
  return levels.some(
    ({ trial }) => trial !== null && !trial.saturated && trial.total > 0 && trial.good >= share * trial.total,
  );
}

/** A level of one user, whose requests meet no others; null: there is none that tells. */
export function loneLevel(levels: readonly LevelResult[]): LevelResult | null {
  return (
    levels.find(
      ({ load, status, figures }) =>
        load.kind === "users" &&
        load.users === 1 &&
        status === "complete" &&
        figures?.goodput != null &&
        figures.validity.verdict !== "unfit",
    ) ?? null
  );
}

/** That there is no capacity, as even requests that meet no others are good too seldom; null where they are not known to be. */
export function lostAlone({ name, figures }: LevelResult, share: number): CapacityResult | null {
  const goodput = figures?.goodput ?? null;
  if (goodput === null || (wilson(goodput.good, goodput.total).high ?? 1) >= share) return null;
  const percent = `${(100 * goodput.fraction).toFixed(1)} %`;
  return {
    ratePerS: null,
    low: null,
    high: null,
    share,
    confidence: 0.95,
    trials: [],
    reason: `no load meets the limits: even one request at a time does in ${percent} (${goodput.good} of ${goodput.total}, level ${name})`,
  };
}
