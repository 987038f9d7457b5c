import { isStart, type RequestRecord } from "./record.ts";

/* How requests were sent. */

/** When requests were sent, or the first ones of sessions, ms on the run's clock: a later turn follows its answer, not the schedule. */
export function startsSentAt(run: readonly RequestRecord[]): number[] {
  return run.filter((r) => r.sentAt !== null && isStart(r)).map((r) => r.sentAt!);
}

/** Events per second from the first to the last of n instants in ms, in any order: n-1 gaps. Null where there is no gap. */
export function eventRatePerS(instantsMs: ArrayLike<number>): number | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < instantsMs.length; i++) {
    first = Math.min(first, instantsMs[i]!);
    last = Math.max(last, instantsMs[i]!);
  }
  return last > first ? ((instantsMs.length - 1) * 1000) / (last - first) : null;
}

/** The most requests that were in flight at once. */
export function peakInFlight(records: readonly RequestRecord[]): number {
  const sent = records.filter((r) => r.sentAt !== null);
  const starts = Float64Array.from(sent, (r) => r.sentAt!).sort();
  const ends = Float64Array.from(sent, (r) => r.endAt).sort();
  let peak = 0;
  for (let i = 0, ended = 0; i < starts.length; i++) {
    while (ends[ended]! <= starts[i]!) ended++;
    peak = Math.max(peak, i + 1 - ended);
  }
  return peak;
}
