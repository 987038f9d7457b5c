import { type Steadiness, steadiness } from "../../analysis/steadiness.ts";
import type { TimedSeries } from "../../analysis/warmup-cut.ts";
import { inFlightSeries, type RequestTimes, ttftSeries, type Window } from "./windows.ts";

/** Whether a window holds one state of the server, by two series; null where a series has under 50 values. */
export interface WindowSteadiness {
  ttft: Steadiness | null;
  inFlight: Steadiness | null;
}

/** @param times of the whole run, in the order of `intendedAt`: what was sent before the window is still in flight in it */
export function windowSteadiness(times: readonly RequestTimes[], window: Window): WindowSteadiness {
  return {
    ttft: steadiness(within(ttftSeries(times), window)),
    inFlight: steadiness(within(inFlightSeries(times), window)),
  };
}

function within({ atMs, values }: TimedSeries, { startAt, endAt }: Window): Float64Array {
  return Float64Array.from(values).filter((_, i) => atMs[i]! >= startAt && atMs[i]! <= endAt);
}
