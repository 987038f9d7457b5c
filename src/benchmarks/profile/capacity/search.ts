import { formatDuration } from "../../../core/units.ts";
import type { CapacityEstimate } from "./estimate.ts";
import { type Left, nextStep, type SearchLimits } from "./next-trial.ts";
import type { LoadTrial } from "./trial.ts";

export type { LoadTrial } from "./trial.ts";

/** Measures a level of Poisson arrivals with so many requests. @returns null: it was stopped, and so is the search */
export type MeasureAt = (ratePerS: number, requests: number) => Promise<LoadTrial | null>;

export interface CapacityOptions extends SearchLimits {
  /** Levels that were measured before: they tell as much as trials of the search, and cost it no requests. */
  readonly known: readonly LoadTrial[];
}

export interface CapacityResult {
  /** Null where there is no crossing between the limits, and where the requests were too few to find it. */
  ratePerS: number | null;
  /** 95 % interval; null where there is no bound on that side. */
  low: number | null;
  high: number | null;
  share: number;
  confidence: 0.95;
  trials: readonly LoadTrial[];
  /** Why there is no rate, or why the interval is wide, in a sentence. */
  reason: null | string;
}

/**
 * The highest rate of Poisson arrivals at which at least `share` of the requests that fall due meet every limit: brackets the crossing,
 * then measures on both sides of it until the interval is ± 5 %, the requests or the time are spent, or it is stopped.
 */
export async function findCapacity(measure: MeasureAt, options: CapacityOptions): Promise<CapacityResult> {
  const { share, minRatePerS, maxRatePerS, maxRequests, maxS, known } = options;
  const trials = [...known];
  let left: Left = { requests: maxRequests, s: maxS };
  let isStopped = false;
  const result = (fields: Pick<CapacityResult, "ratePerS" | "low" | "high" | "reason">): CapacityResult => ({
    ...fields,
    share,
    confidence: 0.95,
    trials,
  });
  const none = { ratePerS: null, low: null, high: null };
  for (;;) {
    const step = nextStep(trials, left, options);
    switch (step.kind) {
      case "measure": {
        const trial = await measure(step.ratePerS, step.requests);
        if (trial === null) {
          isStopped = true;
          left = { requests: 0, s: 0 };
          break;
        }
        trials.push(trial);
        // One that was ended early sent fewer; a steady window does not say how many were sent.
        const sent = trial.goodIn ? trial.total : step.requests;
        left = { requests: left.requests - sent, s: left.s - sent / step.ratePerS };
        break;
      }
      case "too-slow":
        return result({
          ...none,
          high: minRatePerS,
          reason: `even at ${shortRate(minRatePerS)} req/s, the lowest rate tried, fewer than ${percent(share)} of the requests met the limits`,
        });
      case "too-fast":
        return result({
          ...none,
          low: maxRatePerS,
          reason: `at ${shortRate(maxRatePerS)} req/s, the highest rate tried, ${percent(share)} of the requests still met the limits: the capacity is higher`,
        });
      case "client": {
        const { estimate, ratePerS, why } = step;
        const reason = `the client cannot send ${shortRate(ratePerS)} req/s (${why})`;
        return result(estimate === null ? { ...none, reason } : { ...found(estimate), reason });
      }
      case "done":
        return result({ ...found(step.estimate), reason: null });
      case "spent": {
        const { estimate, what } = step;
        const spent = what === "s" ? `${formatDuration(1000 * maxS)} of sending` : `${maxRequests} requests`;
        if (estimate === null)
          return result({
            ...none,
            reason: isStopped
              ? "the search was stopped before it had a rate on either side of the capacity"
              : `${spent} were too few to find a rate on either side of the capacity`,
          });
        const { ratePerS, low, high } = found(estimate);
        const isWide = low === null || high === null || high - low > 0.1 * ratePerS;
        const wide = isWide ? `the interval is wider than ± 5 % after ${spent}` : null;
        const reason = isStopped ? "the search was stopped before its end" : wide;
        return result({ ratePerS, low, high, reason });
      }
    }
  }
}

function found({ x, low, high }: CapacityEstimate) {
  return { ratePerS: x, low: low > 0 ? low : null, high: Number.isFinite(high) ? high : null };
}

/** As a person would type it. */
function shortRate(perS: number): number {
  return Number(perS.toPrecision(3));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
