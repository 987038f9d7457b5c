import { isStart, type RequestRecord } from "./record.ts";

/* How requests were sent. */

/** When those were sent that began by the schedule. */
export function startsSentAt(run: readonly RequestRecord[]): number[] {
  return run.filter((r) => r.sentAt !== null && isStart(r)).map((r) => r.sentAt!);
}

/** Sends per second, in any order; null for fewer than two. */
export function sentPerS(sentAt: readonly number[]): number | null {
  return rate(sentAt.length, min(sentAt), max(sentAt));
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

/** Events per second from the first to the last of `n` instants in ms: n-1 gaps. */
export function rate(n: number, first: number | undefined, last: number | undefined): number | null {
  return n < 2 || first === undefined || last === undefined || last <= first
    ? null
    : ((n - 1) * 1000) / (last - first);
}

function min(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function max(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
