import type { LoadTrial } from "./capacity/trial.ts";

/** How far below the lowest and above the highest load of the sweep the search may go. */
const BELOW = 10;
const ABOVE = 2;

/** Where the capacity is searched for, and from where. */
export interface SearchRange {
  startRatePerS: number;
  minRatePerS: number;
  maxRatePerS: number;
}

/**
 * @param known levels of the sweep at a rate
 * @param throughputsPerS of all its levels
 * @returns null where nothing was measured
 */
export function searchRange(
  share: number,
  known: readonly LoadTrial[],
  throughputsPerS: readonly number[],
): SearchRange | null {
  const rates = known.map(({ ratePerS }) => ratePerS);
  const all = [...rates, ...throughputsPerS].filter((perS) => perS > 0);
  if (all.length === 0) return null;
  const good = known
    .filter(({ good, total, saturated }) => !saturated && total > 0 && good / total >= share)
    .map(({ ratePerS }) => ratePerS);
  const lowest = Math.min(...(rates.length > 0 ? rates : all));
  return {
    startRatePerS: good.length > 0 ? Math.max(...good) : lowest,
    minRatePerS: Math.min(...all) / BELOW,
    maxRatePerS: Math.max(...all) * ABOVE,
  };
}
