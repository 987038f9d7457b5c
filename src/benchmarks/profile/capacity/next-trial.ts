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
  /** How long it may send, over all its trials, in s. */
  readonly maxS: number;
  /** How long requests may wait before they are bad, in s: overload stays hidden until the queue has reached that. */
  readonly limitS: number;
  /** What an answer takes: for so long requests in flight only fill up. */
  readonly answerS: number;
}

export type NextStep =
  | { readonly kind: "measure"; readonly ratePerS: number; readonly requests: number }
  /** Narrow enough. */
  | { readonly kind: "done"; readonly estimate: CapacityEstimate }
  /** Out of requests, or of time; null: before there was a rate on either side of the capacity. */
  | {
      readonly kind: "spent";
      readonly what: keyof Left;
      readonly estimate: CapacityEstimate | null;
    }
  | { readonly kind: "too-slow" | "too-fast" }
  /** The client cannot send so fast. */
  | {
      readonly kind: "client";
      readonly ratePerS: number;
      readonly why: string;
      readonly estimate: CapacityEstimate | null;
    };

/** Half the interval over the estimate at which the search is over. */
const NARROW = 0.05;
/** A trial that looks for the crossing takes this part of the requests, one that measures it the other. */
const LOOK_PART = 1 / 40;
const MEASURE_PART = 1 / 12;
const FEWEST_REQUESTS = 40;
/** So many trials at one rate whose client was unfit, and it is not tried again. */
const OFTEN_UNFIT = 3;
/**
 * And at least so many times as long as overload may stay hidden: a server that takes 1/ρ of the load is behind by 1 - 1/ρ of a trial's length at
 * its end, a fifth too much for one that looks, a twentieth for one that measures. Not longer than this: then the backlog (backlog.ts) tells.
 */
const LOOK = { times: 5, mostS: 30 };
const MEASURE = { times: 20, mostS: 120 };
/** Where the share falls from all to next to nothing the gap is halved until it is this narrow. */
const NEXT_TO = 1.04;
/** The crossing is bracketed by doubling and halving, then closer than this. */
const CLOSE = 1.3;
/** Trials near the crossing before an interval is believed. */
const FEWEST_NEAR = 8;
/** Where trials lie, in steps from the estimate: on both sides, as the crossing needs to know how fast the share falls. */
const STEPS = [-1, 1, -0.5, 1.5];
/** A step changes the log odds by so much: from 95 % good to 98.8 or 81 %. */
const STEP_LOG_ODDS = 1.5;
const STEP = { least: 0.03, most: 0.2 };

/** What a search may still send. */
export interface Left {
  readonly requests: number;
  /** For so long, in s. */
  readonly s: number;
}

/**
 * What to measure next; depends on nothing but the trials, so that a search that was interrupted goes on as it would have.
 */
export function nextStep(trials: readonly LoadTrial[], left: Left, limits: SearchLimits): NextStep {
  const { share, startRatePerS, minRatePerS, maxRatePerS, limitS } = limits;
  const look = sizeOf(LOOK_PART, LOOK, limits);
  const least = sizeOf(MEASURE_PART, MEASURE, limits);
  const inLimits = (rate: number) => Math.min(maxRatePerS, Math.max(minRatePerS, rate));
  const { good, bad } = bracket(trials, share);
  const unfit = unfitRate(trials);
  const known = () => (good !== null && bad !== null ? estimateCapacity(trials, share, limitS) : null);
  const measureAt = (asked: number, size: Size): NextStep => {
    let ratePerS = inLimits(asked);
    if (unfit !== null && ratePerS >= unfit.ratePerS) {
      const lower = inLimits(good === null ? unfit.ratePerS / 2 : Math.sqrt(good * unfit.ratePerS));
      if (bad !== null || lower >= unfit.ratePerS || (good !== null && unfit.ratePerS <= good * CLOSE))
        return { kind: "client", ...unfit, estimate: known() };
      ratePerS = lower;
    }
    const requests = Math.min(left.requests, Math.floor(left.s * ratePerS), sizeAt(ratePerS, size));
    // What is left may do for fewer requests, but not for half of the time.
    if (requests >= FEWEST_REQUESTS && requests / ratePerS >= size.s / 2)
      return { kind: "measure", ratePerS, requests };
    return { kind: "spent", what: left.s * ratePerS < left.requests ? "s" : "requests", estimate: known() };
  };
  const isLong = ({ ratePerS, total }: LoadTrial) => total >= sizeAt(ratePerS, least) / 2;

  if (bad === null) {
    if (good === null) return measureAt(startRatePerS, look);
    if (good < maxRatePerS) return measureAt(2 * good, look);
    return requestsAt(trials, maxRatePerS) >= sizeAt(maxRatePerS, least)
      ? { kind: "too-fast" }
      : measureAt(maxRatePerS, least);
  }
  if (good === null) {
    if (bad > minRatePerS) return measureAt(bad / 2, look);
    return requestsAt(trials, minRatePerS) >= sizeAt(minRatePerS, least)
      ? { kind: "too-slow" }
      : measureAt(minRatePerS, least);
  }
  if (bad > good * CLOSE) return measureAt(Math.sqrt(good * bad), look);
  // A short trial may have met a lull: both sides must have been seen by one that measures, or that was ended as saturated.
  const measured = trials.filter((trial) => trial.total > 0 && (trial.saturated || isLong(trial)));
  const sides = sidesOf(measured, share);
  if (sides.good === null && sides.bad !== null) return measureAt(sides.bad * (1 - STEP.most), least);
  if (sides.bad === null && sides.good !== null) return measureAt(sides.good * (1 + STEP.most), least);
  const estimate = estimateCapacity(trials, share, limitS)!;
  const { x, low, high, near, steepness, step: cliff } = estimate;
  if (near >= FEWEST_NEAR && (high - low) / 2 <= NARROW * x) return { kind: "done", estimate };
  if (cliff !== null && cliff.bad > cliff.good * NEXT_TO)
    return measureAt(Math.sqrt(cliff.good * cliff.bad), least);
  const step = Math.min(STEP.most, Math.max(STEP.least, STEP_LOG_ODDS / steepness));
  return measureAt(x * (1 + step * STEPS[near % STEPS.length]!), least);
}

/** The lowest rate at which the client was unfit so often that it is no accident. */
function unfitRate(trials: readonly LoadTrial[]): { ratePerS: number; why: string } | null {
  const unfit = trials
    .filter(({ total }) => total === 0)
    .toSorted((one, other) => one.ratePerS - other.ratePerS);
  for (const [i, { ratePerS, unfit: why = "nothing of it counts" }] of unfit.entries()) {
    if (unfit[i + OFTEN_UNFIT - 1]?.ratePerS === ratePerS) return { ratePerS, why };
  }
  return null;
}

/** How large a trial is: so many requests, or as many as fall due in `mostS`; and so long at the least. */
interface Size {
  readonly requests: number;
  readonly mostS: number;
  readonly s: number;
}

function sizeOf(part: number, { times, mostS }: typeof LOOK, limits: SearchLimits): Size {
  const { maxRequests, maxS, limitS, answerS } = limits;
  return {
    requests: Math.round(maxRequests * part),
    mostS: maxS * part,
    s: Math.min(mostS, times * Math.max(limitS, answerS)),
  };
}

function sizeAt(ratePerS: number, { requests, mostS, s }: Size): number {
  return Math.max(FEWEST_REQUESTS, Math.min(requests, Math.floor(ratePerS * mostS)), Math.ceil(ratePerS * s));
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
