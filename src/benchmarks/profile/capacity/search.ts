import type { LoadTrial } from "./trial.ts";

export type { LoadTrial } from "./trial.ts";

export type MeasureAt = (ratePerS: number, requests: number) => Promise<LoadTrial>;

export interface CapacityResult {
  /** null: not found, see `reason`. */
  ratePerS: number | null;
  low: number | null;
  high: number | null;
  share: number;
  confidence: 0.95;
  trials: readonly LoadTrial[];
  reason: null | string;
}

export interface SearchOptions {
  share: number;
  startRatePerS: number;
  /** Of all trials together, known ones included. */
  maxRequests: number;
  minRatePerS: number;
  maxRatePerS: number;
  known: readonly LoadTrial[];
}

/** Bisects between the highest rate that kept the share and the lowest that did not. */
export async function findCapacity(measure: MeasureAt, options: SearchOptions): Promise<CapacityResult> {
  const { share, maxRequests } = options;
  const trials = [...options.known];
  let left = maxRequests - trials.reduce((sum, { total }) => sum + total, 0);
  const isKept = ({ good, total, saturated }: LoadTrial) => !saturated && total > 0 && good / total >= share;
  const bounds = () => {
    const lost = Math.min(...trials.filter((t) => !isKept(t)).map((t) => t.ratePerS));
    const kept = Math.max(...trials.filter((t) => isKept(t) && t.ratePerS < lost).map((t) => t.ratePerS));
    return { kept, lost };
  };
  for (let i = 0; i < 12 && left > 0; i++) {
    const { kept, lost } = bounds();
    if (lost / kept < 1.05) break;
    let next = options.startRatePerS;
    if (Number.isFinite(kept) && Number.isFinite(lost)) next = Math.sqrt(kept * lost);
    else if (Number.isFinite(kept)) next = kept * 1.5;
    else if (Number.isFinite(lost)) next = lost / 2;
    if (next < options.minRatePerS || next > options.maxRatePerS) break;
    const requests = Math.min(left, Math.max(50, Math.ceil(next * 10)));
    left -= requests;
    trials.push(await measure(next, requests));
  }
  const { kept, lost } = bounds();
  const isFound = Number.isFinite(kept) && Number.isFinite(lost);
  return {
    ratePerS: isFound ? Math.sqrt(kept * lost) : null,
    low: isFound ? kept : null,
    high: isFound ? lost : null,
    share,
    confidence: 0.95,
    trials,
    reason: isFound
      ? null
      : `no rate from ${options.minRatePerS} to ${options.maxRatePerS} req/s was found with the share on one side of it only`,
  };
}
