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
/** A queue wanders by so many times the root of a trial's requests, hardly by more. */
const BY_CHANCE = 2;
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
  /** Where the share falls from the one to the other at once; null where it falls slowly. */
  step: { good: number; bad: number } | null;
}

/**
 * The rate at which the good share falls through `share`, from all trials, with a 95 % interval. Good requests come in runs, so that the
 * counts are divided by their dispersion: the larger one of what trials differ from the model (Pearson's χ² / degrees of freedom), and of
 * what parts of one trial differ from one another (batch means).
 * Source: McCullagh & Nelder, Generalized Linear Models (1989), section 4.5 (over-dispersion).
 * @param limitS how long requests may wait before they are bad
 * @returns null without trials
 */
export function estimateCapacity(
  trials: readonly LoadTrial[],
  share: number,
  limitS: number,
): CapacityEstimate | null {
  const counts = trials.map(counted).filter(({ total }) => total > 0);
  if (counts.length === 0) return null;
  const used = notFarAbove(counts, share);
  let dispersion = 1;
  let near = 0;
  // The prior weighs more the less the counts tell, so that crossing and dispersion depend on one another.
  for (let round = 0; round < ROUNDS; round++) {
    const fit = crossing(divided(used, dispersion), share, 0, PRIOR)!;
    const close = used.filter(({ ratePerS }) => isNear(ratePerS, fit.x));
    near = close.length;
    // Were every request of a trial like its first one, its count would vary as much as its size allows.
    const most = join(close).total / Math.max(1, near);
    dispersion = Math.max(1, Math.min(most, Math.max(between(close, fit, share), within(close, fit, share))));
  }
  const degrees = Math.max(FEWEST_NEAR, near) - 2;
  const fit = crossing(divided(used, dispersion), share, studentT(degrees, 0.95) ** 2, PRIOR)!;
  const step = stepOf(counts, share);
  return { ...fit, ...bounded(fit, step, trials, { share, limitS }), dispersion, near, step };
}

/** The trials that the model is fitted to. */
function notFarAbove(counts: readonly Counted[], share: number): Counted[] {
  const { x } = crossing(counts.map(pointOf), share, 0, PRIOR)!;
  const beyond = counts.filter((trial) => isBad(trial, share) && trial.ratePerS > x);
  const nextBad = Math.min(...beyond.map(({ ratePerS }) => ratePerS));
  const most = Math.max(x * FAR, Number.isFinite(nextBad) ? nextBad : 0);
  return counts.filter(({ ratePerS }) => ratePerS <= most);
}

/** The highest good and the lowest bad rate of a server that falls from good to next to nothing between them; null for any other. */
function stepOf(counts: readonly Counted[], share: number): CapacityEstimate["step"] {
  const [good, bad] = [counts.filter((trial) => !isBad(trial, share)), lowestBad(counts, share)];
  if (good.length === 0 || bad === null) return null;
  const step = { good: Math.max(...good.map(({ ratePerS }) => ratePerS)), bad: bad.ratePerS };
  return step.good < step.bad && bad.good <= (share / 2) * bad.total ? step : null;
}

function lowestBad(counts: readonly Counted[], share: number): Counted | null {
  const bad = counts.filter((trial) => isBad(trial, share));
  return bad.toSorted((one, other) => one.ratePerS - other.ratePerS)[0] ?? null;
}

/**
 * The estimate and its interval by what the model does not know. A queue that grows for ever is hidden until it has reached the limit: in a trial of
 * T s one of limit / T of the load is. What the server took where requests piled up is the most that it can take, unless good trials
 * show more. And a step is steeper than the model: the crossing may be anywhere between its sides.
 */
function bounded(
  fit: Crossing,
  step: CapacityEstimate["step"],
  trials: readonly LoadTrial[],
  { share, limitS }: { share: number; limitS: number },
): Pick<Crossing, "x" | "low" | "high"> {
  const usable = trials.filter(({ total }) => total > 0);
  const close = usable.filter(({ ratePerS }) => isNear(ratePerS, fit.x));
  const shown = shownPerS(usable, share, limitS);
  const most = Math.max(takenPerS(close), shown);
  const x = Math.min(fit.x, most);
  const lengthS = sum(close, ({ total }) => total) / sum(close, ({ ratePerS }) => ratePerS);
  const hidden = close.length === 0 ? 0 : Math.min(1, limitS / lengthS);
  const low = Math.min(fit.low, most) * (1 - hidden);
  if (step === null) return { x, low, high: fit.high };
  return { x, low: Math.min(low, shown), high: Math.max(fit.high, step.bad) };
}

/** What a good trial below all bad ones shows that the server can take, whatever was hidden and chance did. */
function shownPerS(trials: readonly LoadTrial[], share: number, limitS: number): number {
  const bad = lowestBad(trials.map(counted), share)?.ratePerS ?? Number.POSITIVE_INFINITY;
  const shown = trials
    .filter(({ ratePerS }) => ratePerS < bad)
    .map(
      ({ ratePerS, total }) => ratePerS * (1 - (limitS * ratePerS) / total - BY_CHANCE / Math.sqrt(total)),
    );
  return Math.max(0, ...shown);
}

/** What the server took where requests piled up; Infinity where they did in no trial. */
function takenPerS(trials: readonly LoadTrial[]): number {
  const behind = trials.flatMap(({ total, takenPerS: perS = null }) =>
    perS === null ? [] : [{ total, perS }],
  );
  if (behind.length === 0) return Number.POSITIVE_INFINITY;
  return sum(behind, ({ total, perS }) => total * perS) / sum(behind, ({ total }) => total);
}

function isNear(ratePerS: number, x: number): boolean {
  return ratePerS < x * NEAR && ratePerS > x / NEAR;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((all, value) => all + of(value), 0);
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
