import type { CapacityEstimate } from "./estimate.ts";
import { estimateCapacity } from "./estimate.ts";
import { counted, type LoadTrial } from "./trial.ts";

export interface SearchLimits {
  /** Of the requests that fall due, in (0, 1), that must be good. */
  readonly share: number;
  /** The first rate that is tried. */
  readonly startRatePerS: number;
  readonly minRatePerS: number;
  readonly maxRatePerS: number;
  /** That the search may send, over all its trials. */
  readonly maxRequests: number;
}

export type NextStep =
  | { readonly kind: "measure"; readonly ratePerS: number; readonly requests: number }
  /** Narrow enough, or out of requests; null: before there was a rate on either side of the capacity. */
  | { readonly kind: "done"; readonly estimate: CapacityEstimate | null }
  | { readonly kind: "too-slow" | "too-fast" };

/** Half the interval over the estimate at which the search is over. */
const NARROW = 0.05;
/** A trial that looks for the crossing takes this part of the requests, one that measures it the other. */
const LOOK_PART = 1 / 40;
const MEASURE_PART = 1 / 12;
const FEWEST_REQUESTS = 40;
/** The crossing is bracketed by doubling and halving, then closer than this. */
const CLOSE = 1.3;
/** Trials near the crossing before an interval is believed. */
const FEWEST_NEAR = 6;
/** Where trials lie, in steps from the estimate: on both sides, as the crossing needs to know how fast the share falls. */
const STEPS = [-1, 1, -0.5, 1.5];
/** A step changes the log odds by so much: from 95 % good to 98.8 or 81 %. */
const STEP_LOG_ODDS = 1.5;
const STEP = { least: 0.03, most: 0.2 };

/**
 * What to measure next; depends on nothing but the trials, so that a search that was interrupted goes on as it would have.
 * @param left requests that may still be sent
 */
export function nextStep(trials: readonly LoadTrial[], left: number, limits: SearchLimits): NextStep {
  const { share, startRatePerS, minRatePerS, maxRatePerS, maxRequests } = limits;
  const look = Math.max(FEWEST_REQUESTS, Math.round(maxRequests * LOOK_PART));
  const least = Math.max(FEWEST_REQUESTS, Math.round(maxRequests * MEASURE_PART));
  const inLimits = (rate: number) => Math.min(maxRatePerS, Math.max(minRatePerS, rate));
  const { good, bad } = bracket(trials, share);
  const measureAt = (ratePerS: number, requests: number): NextStep => {
    if (left >= FEWEST_REQUESTS)
      return { kind: "measure", ratePerS: inLimits(ratePerS), requests: Math.min(requests, left) };
    const isBetween = good !== null && bad !== null;
    return { kind: "done", estimate: isBetween ? estimateCapacity(trials, share) : null };
  };

  if (bad === null) {
    if (good === null) return measureAt(startRatePerS, look);
    if (good < maxRatePerS) return measureAt(2 * good, look);
    return requestsAt(trials, maxRatePerS) >= least ? { kind: "too-fast" } : measureAt(maxRatePerS, least);
  }
  if (good === null) {
    if (bad > minRatePerS) return measureAt(bad / 2, look);
    return requestsAt(trials, minRatePerS) >= least ? { kind: "too-slow" } : measureAt(minRatePerS, least);
  }
  if (bad > good * CLOSE) return measureAt(Math.sqrt(good * bad), look);
  // A short trial may have met a lull: both sides must have been seen by one that measures, or that was ended as saturated.
  const measured = trials.filter(({ total, saturated }) => total > 0 && (saturated || total >= least / 2));
  const sides = sidesOf(measured, share);
  if (sides.good === null && sides.bad !== null) return measureAt(sides.bad * (1 - STEP.most), least);
  if (sides.bad === null && sides.good !== null) return measureAt(sides.good * (1 + STEP.most), least);
  const estimate = estimateCapacity(trials, share)!;
  const { x, low, high, near, steepness } = estimate;
  if (near >= FEWEST_NEAR && (high - low) / 2 <= NARROW * x) return { kind: "done", estimate };
  const step = Math.min(STEP.most, Math.max(STEP.least, STEP_LOG_ODDS / steepness));
  return measureAt(x * (1 + step * STEPS[near % STEPS.length]!), least);
}

/**
 * The highest rate below the lowest bad one that was good, and that bad one. At one rate all its trials count together.
 */
function bracket(trials: readonly LoadTrial[], share: number): { good: number | null; bad: number | null } {
  const usable = trials.filter(({ total }) => total > 0);
  const rates = [...new Set(usable.map(({ ratePerS }) => ratePerS))].sort((one, other) => one - other);
  let good: number | null = null;
  for (const rate of rates) {
    const here = usable.filter(({ ratePerS }) => ratePerS === rate).map(counted);
    const sum = (of: "good" | "total") => here.reduce((all, trial) => all + trial[of], 0);
    if (sum("good") < share * sum("total")) return { good, bad: rate };
    good = rate;
  }
  return { good, bad: null };
}

/** The highest rate that was good in a trial, and the lowest that was bad. */
function sidesOf(trials: readonly LoadTrial[], share: number): { good: number | null; bad: number | null } {
  let good: number | null = null;
  let bad: number | null = null;
  for (const trial of trials) {
    const { ratePerS } = trial;
    const here = counted(trial);
    if (here.good < share * here.total) bad = Math.min(bad ?? ratePerS, ratePerS);
    else good = Math.max(good ?? ratePerS, ratePerS);
  }
  return { good, bad };
}

function requestsAt(trials: readonly LoadTrial[], rate: number): number {
  return trials.reduce((sum, { ratePerS, total }) => (ratePerS === rate ? sum + total : sum), 0);
}
