import { assertNever, usageError } from "../../../core/errors.ts";
import type { Rng } from "../../../core/rng.ts";
import { formatNumber } from "../../../core/units.ts";
import { drawGamma } from "./gamma.ts";
import { expectedBy, type Ramp, whenExpected } from "./ramp.ts";

/** When requests are sent in an open loop. Rates are requests per second; Infinity puts all at 0. */
export type Arrival =
  /** Independent exponential gaps, the first before the first request. */
  | { kind: "poisson"; ratePerS: number }
  /** Equal gaps; the first request at 0, so that a time T at rate R has R × T requests. */
  | { kind: "constant"; ratePerS: number }
  /**
   * Independent gamma gaps with mean 1/rate. Burstiness as in vLLM's `--burstiness`: their shape, so that the index of
   * dispersion of long windows is 1/burstiness. 1 is Poisson, and the same schedule as it; below, requests cluster. Unlike
   * vLLM's, the gaps are not stretched until they sum to n/rate: that takes the variance out of the totals.
   */
  | { kind: "gamma"; ratePerS: number; burstiness: number }
  /** `size` requests at once, the first ones at 0, then every `everyMs`. A mean rate R has everyMs = 1000 × size / R. */
  | { kind: "burst"; size: number; everyMs: number }
  /** A Poisson process whose rate follows the ramp. */
  | Ramp
  /** Instants from a trace (trace.ts): ms, ascending. */
  | { kind: "trace"; times: Float64Array };

/** Where a schedule ends; with both, what comes first. */
export interface ArrivalLimit {
  count: number | null;
  /** All requests are sent before it. */
  durationMs: number | null;
}

/** A schedule is computed before the run and held in memory. */
export const MOST_REQUESTS = 20_000_000;

/**
 * Send times, from one generator, before the run.
 * @returns offsets from the run's start in ms, ascending
 * @throws ToolError USAGE where more than `MOST_REQUESTS` are expected
 */
export function arrivalTimes(arrival: Arrival, limit: ArrivalLimit, rng: Rng): Float64Array {
  refuseTooMany(arrival, limit);
  return upTo(limit, instantsOf(arrival, rng));
}

/** @throws ToolError USAGE where more than `MOST_REQUESTS` are expected */
export function refuseTooMany(arrival: Arrival, limit: ArrivalLimit): void {
  const expected = expectedRequests(arrival, limit);
  if (expected <= MOST_REQUESTS) return;
  const shown = Number.isFinite(expected) ? formatNumber(expected) : "endlessly many";
  throw usageError(
    `the schedule would have ${shown} requests, more than ${formatNumber(MOST_REQUESTS)}`,
    "Lower the rate, --duration or --num-prompts.",
  );
}

/** The mean rate asked for, requests per second; null where all are sent at once, or there is no single rate. */
export function askedRatePerS(arrival: Arrival): number | null {
  switch (arrival.kind) {
    case "poisson":
    case "constant":
    case "gamma":
      return Number.isFinite(arrival.ratePerS) ? arrival.ratePerS : null;
    case "burst":
      return (1000 * arrival.size) / arrival.everyMs;
    case "ramp":
    case "trace":
      return null;
    default:
      return assertNever(arrival);
  }
}

/** How many requests a schedule has in the mean; Infinity where nothing ends it. */
export function expectedRequests(arrival: Arrival, limit: ArrivalLimit): number {
  const endMs = limit.durationMs ?? Number.POSITIVE_INFINITY;
  return Math.min(limit.count ?? Number.POSITIVE_INFINITY, expectedWithin(arrival, endMs));
}

function expectedWithin(arrival: Arrival, ms: number): number {
  switch (arrival.kind) {
    case "poisson":
    case "constant":
    case "gamma":
      return (arrival.ratePerS * ms) / 1000;
    case "burst":
      return arrival.size * Math.ceil(ms / arrival.everyMs);
    case "ramp":
      return expectedBy(arrival, ms);
    case "trace":
      return arrival.times.length;
    default:
      return assertNever(arrival);
  }
}

/** One instant (ms) a call; Infinity when no more come. */
function instantsOf(arrival: Arrival, rng: Rng): () => number {
  switch (arrival.kind) {
    case "poisson":
      return summed(() => rng.exponential(), 1000 / arrival.ratePerS);
    case "constant":
      return counted((i) => (i * 1000) / arrival.ratePerS);
    case "gamma": {
      const { ratePerS, burstiness } = arrival;
      return summed(() => drawGamma(burstiness, rng), 1000 / (ratePerS * burstiness));
    }
    case "burst":
      return counted((i) => Math.floor(i / arrival.size) * arrival.everyMs);
    case "ramp": {
      const atRateOne = summed(() => rng.exponential(), 1);
      return () => whenExpected(arrival, atRateOne());
    }
    case "trace":
      return counted((i) => arrival.times[i] ?? Number.POSITIVE_INFINITY);
    default:
      return assertNever(arrival);
  }
}

function summed(gap: () => number, scaleMs: number): () => number {
  let atMs = 0;
  return () => {
    atMs += gap() * scaleMs;
    return atMs;
  };
}

function counted(instant: (index: number) => number): () => number {
  let index = 0;
  return () => instant(index++);
}

function upTo({ count, durationMs }: ArrivalLimit, next: () => number): Float64Array {
  const most = count ?? Number.POSITIVE_INFINITY;
  const endMs = durationMs ?? Number.POSITIVE_INFINITY;
  let offsets = new Float64Array(1024);
  let length = 0;
  while (length < most) {
    const atMs = next();
    if (atMs >= endMs) break;
    if (length === offsets.length) {
      const longer = new Float64Array(2 * length);
      longer.set(offsets);
      offsets = longer;
    }
    offsets[length++] = atMs;
  }
  return offsets.slice(0, length);
}
