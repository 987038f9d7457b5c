import { mser5 } from "./mser.ts";

/** Values over time, in time order. */
export interface TimedSeries {
  /** Instants in ms, ascending, one for each value. */
  atMs: ArrayLike<number>;
  /** Finite. */
  values: ArrayLike<number>;
}

export interface WarmupCut {
  /** The steady part begins here, ms on the clock of the series. */
  cutAtMs: number;
  /** What each series alone says, before the margin; null where it has fewer than 50 values. */
  latencyAtMs: number | null;
  inFlightAtMs: number | null;
  /** A series' best cut was half of it: it may never have become steady. */
  isAtLimit: boolean;
}

/** Means of neighbours, at most about so many, go into MSER-5, so that its batches are 1 % of a long run and their noise falls with n. */
const POINTS = 500;
/**
 * A cut lasts a third longer than MSER's. MSER minimizes the error of the mean, so it keeps the foot of a ramp where that is lower than
 * the noise of a batch: of simulated ramps from 20 % of the level (2,000 requests, AR(1) 0.6, noise 30 %) 11 % were left by more than
 * 5 % of the run too early without the margin, 0 % with it; runs without a ramp lose 1 % (median). A ramp of latency alone, from half
 * of its level, is still left too early in 6 % of runs with 2,000 requests, in 21 % with 1,000 and 34 % with 500.
 */
const MARGIN = 4 / 3;

/**
 * Where the warm-up ends: the later of MSER-5 on the latencies and on the requests in flight, and a margin; never past the middle by
 * the margin alone. Latencies enter by their logarithm where all are above 0: a single one of seconds would else move the cut behind it.
 * @param latency one value a request, at its send
 * @param inFlight requests in flight, at even steps or at each send
 * @returns null where both series are too short
 */
export function warmupCut(latency: TimedSeries, inFlight: TimedSeries): WarmupCut | null {
  const ofLatency = cutOf(latency.atMs, logarithms(latency.values));
  const ofInFlight = cutOf(inFlight.atMs, inFlight.values);
  const cuts = [ofLatency, ofInFlight].filter((cut) => cut !== null);
  if (cuts.length === 0) return null;
  const startMs = Math.min(first(latency.atMs), first(inFlight.atMs));
  const endMs = Math.max(last(latency.atMs), last(inFlight.atMs));
  const foundMs = Math.max(startMs, ...cuts.filter(({ isNone }) => !isNone).map(({ atMs }) => atMs));
  const withMarginMs = startMs + (foundMs - startMs) * MARGIN;
  return {
    cutAtMs: Math.min(withMarginMs, Math.max(foundMs, (startMs + endMs) / 2)),
    latencyAtMs: ofLatency?.atMs ?? null,
    inFlightAtMs: ofInFlight?.atMs ?? null,
    isAtLimit: cuts.some((cut) => cut.isAtLimit),
  };
}

function cutOf(atMs: ArrayLike<number>, values: ArrayLike<number>) {
  const size = Math.max(1, Math.floor(values.length / POINTS));
  const found = mser5(means(values, size));
  if (found === null) return null;
  // The series may begin later than the other one: cutting nothing must not cut up to there.
  return { atMs: atMs[found.cut * size]!, isNone: found.cut === 0, isAtLimit: found.isAtLimit };
}

/** Means of `size` neighbours each; a rest at the end is left out. */
function means(values: ArrayLike<number>, size: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / size) }, (_, group) => {
    let sum = 0;
    for (let i = group * size; i < (group + 1) * size; i++) sum += values[i]!;
    return sum / size;
  });
}

function logarithms(values: ArrayLike<number>): ArrayLike<number> {
  const logs = Float64Array.from(values, Math.log);
  return logs.every(Number.isFinite) ? logs : values;
}

function first(atMs: ArrayLike<number>): number {
  return atMs[0] ?? Number.POSITIVE_INFINITY;
}

function last(atMs: ArrayLike<number>): number {
  return atMs[atMs.length - 1] ?? Number.NEGATIVE_INFINITY;
}
