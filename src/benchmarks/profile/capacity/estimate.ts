import {
  type Crossing,
  crossing,
  type SharePoint,
  type SteepnessPrior,
  shareAt,
} from "../../../analysis/crossing.ts";
import { studentT } from "../../../analysis/student-t.ts";
import { type Counted, counted, join, type LoadTrial } from "./trial.ts";

/**
 * How fast the log odds of a good request fall with the rate, before any trial. In a queue the share that waits longer than t is about
 * exp(-(capacity - rate) t): the steepness is t over the mean time between arrivals, or 2 to 50 for limits that are worth stating.
 */
const PRIOR: SteepnessPrior = { median: 10, logSd: 1 };
/** Trials within this factor of the crossing tell how much trials differ; the others are all good, or all bad, whatever happens. */
const NEAR = 1.35;
const FEWEST_NEAR = 4;
/**
 * Trials farther above the crossing are left out, but for the lowest bad one: beyond saturation the good share is that of a queue which
 * begins to grow, and depends on how long the trial was.
 */
const FAR = 1.6;
/** A request: where the model expects next to no bad one, a run of them would count without bound. */
const LEAST_VARIANCE = 0.01;
/** Parts of a trial (trial.ts) that are taken together: a quarter of its requests or so, longer than most runs of bad ones. */
const PARTS_IN_BATCH = 3;
const ROUNDS = 3;

export interface CapacityEstimate extends Crossing {
  /** By how much the counts vary more than those of independent requests would. */
  dispersion: number;
  /** Trials near the crossing. */
  near: number;
}

/**
 * The rate at which the good share falls through `share`, from all trials, with a 95 % interval. Good requests come in runs, so that the
 * counts are divided by their dispersion: the larger one of what trials differ from the model (Pearson's χ² / degrees of freedom), and of
 * what parts of one trial differ from one another (batch means).
 * Source: McCullagh & Nelder, Generalized Linear Models (1989), section 4.5 (over-dispersion).
 * @returns null without trials
 */
export function estimateCapacity(trials: readonly LoadTrial[], share: number): CapacityEstimate | null {
  const counts = trials.map(counted).filter(({ total }) => total > 0);
  if (counts.length === 0) return null;
  const used = notFarAbove(counts, share);
  let dispersion = 1;
  let near = 0;
  // The prior weighs more the less the counts tell, so that crossing and dispersion depend on one another.
  for (let round = 0; round < ROUNDS; round++) {
    const fit = crossing(divided(used, dispersion), share, 0, PRIOR)!;
    const close = used.filter(({ ratePerS }) => ratePerS < fit.x * NEAR && ratePerS > fit.x / NEAR);
    near = close.length;
    // Were every request of a trial like its first one, its count would vary as much as its size allows.
    const most = join(close).total / Math.max(1, near);
    dispersion = Math.max(1, Math.min(most, Math.max(between(close, fit, share), within(close, fit, share))));
  }
  const degrees = Math.max(FEWEST_NEAR, near) - 2;
  const fit = crossing(divided(used, dispersion), share, studentT(degrees, 0.95) ** 2, PRIOR)!;
  return { ...fit, ...withStep(fit, counts, share), dispersion, near };
}

/** The trials that the model is fitted to. */
function notFarAbove(counts: readonly Counted[], share: number): Counted[] {
  const { x } = crossing(counts.map(pointOf), share, 0, PRIOR)!;
  const beyond = counts.filter((trial) => isBad(trial, share) && trial.ratePerS > x);
  const nextBad = Math.min(...beyond.map(({ ratePerS }) => ratePerS));
  const most = Math.max(x * FAR, Number.isFinite(nextBad) ? nextBad : 0);
  return counts.filter(({ ratePerS }) => ratePerS <= most);
}

/** A server that falls from all good to next to none at one rate is steeper than the model: the crossing may be anywhere between. */
function withStep({ low, high }: Crossing, counts: readonly Counted[], share: number) {
  const bad = counts.filter((trial) => isBad(trial, share));
  const highestGood = Math.max(
    ...counts.filter((trial) => !isBad(trial, share)).map(({ ratePerS }) => ratePerS),
  );
  const lowestBad = Math.min(...bad.map(({ ratePerS }) => ratePerS));
  const isStep = highestGood < lowestBad && bad.every(({ good, total }) => good <= (share / 2) * total);
  if (!isStep || !Number.isFinite(highestGood) || !Number.isFinite(lowestBad)) return { low, high };
  return { low: Math.min(low, highestGood), high: Math.max(high, lowestBad) };
}

function isBad({ good, total }: Counted, share: number): boolean {
  return good < share * total;
}

function pointOf({ ratePerS, good, total }: Counted): SharePoint {
  return { x: ratePerS, good, total };
}

function divided(trials: readonly Counted[], dispersion: number): SharePoint[] {
  return trials
    .map(pointOf)
    .map(({ x, good, total }) => ({ x, good: good / dispersion, total: total / dispersion }));
}

/** Pearson's χ² over its degrees of freedom; 0 where there are too few trials. */
function between(trials: readonly Counted[], fit: Crossing, share: number): number {
  if (trials.length < FEWEST_NEAR) return 0;
  let squares = 0;
  for (const { ratePerS, good, total } of trials) {
    const p = shareAt(fit, share, ratePerS);
    squares += (good - total * p) ** 2 / (total * Math.max(LEAST_VARIANCE, p * (1 - p)));
  }
  return squares / (trials.length - 2);
}

/** How much neighbouring parts of trials differ, over what independent requests would; 0 where no parts are known. */
function within(trials: readonly Counted[], fit: Crossing, share: number): number {
  let squares = 0;
  let expected = 0;
  for (const { ratePerS, good, total, parts } of trials) {
    const p = shareAt(fit, share, ratePerS);
    const mean = good / total;
    for (let i = 0; i < parts.length; i += PARTS_IN_BATCH) {
      const batch = join(parts.slice(i, i + PARTS_IN_BATCH));
      squares += (batch.good - batch.total * mean) ** 2;
      // Deviations from the trial's own mean lack that mean's variance.
      expected += batch.total * p * (1 - p) * (1 - batch.total / total);
    }
  }
  return expected === 0 ? 0 : squares / expected;
}
