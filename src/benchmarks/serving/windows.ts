import { type TimedSeries, warmupCut } from "../../analysis/warmup-cut.ts";
import { ttftMs } from "./metrics.ts";
import { isStart, type RequestRecord } from "./record.ts";

/** A stretch of the run, ms on the run's clock. */
export interface Window {
  startAt: number;
  endAt: number;
}

/** How the warm-up was cut off. */
export type WarmupCutMethod = "mser-5" | "first tenth";

/** The part of the sending time that a run too short for a test loses. */
const WARMUP_SHARE = 0.1;

/** First intended send to last end; null without requests. */
export function wholeWindow(records: readonly Pick<RequestRecord, "intendedAt" | "endAt">[]): Window | null {
  if (records.length === 0) return null;
  let startAt = Number.POSITIVE_INFINITY;
  let endAt = Number.NEGATIVE_INFINITY;
  for (const r of records) {
    if (r.intendedAt < startAt) startAt = r.intendedAt;
    if (r.endAt > endAt) endAt = r.endAt;
  }
  return { startAt, endAt };
}

/** The instants of a request that windows are found by. */
export interface RequestTimes {
  intendedAt: number;
  sentAt: number | null;
  endAt: number;
  /** Of a success. */
  ttftMs: number | null;
  /** Not a later turn of a conversation. */
  isStart: boolean;
}

export function timesOf(r: RequestRecord): RequestTimes {
  const { intendedAt, sentAt, endAt } = r;
  return { intendedAt, sentAt, endAt, ttftMs: r.failure === null ? ttftMs(r) : null, isStart: isStart(r) };
}

/**
 * After the warm-up cut until the last intended send, or the last start of a session, after which the load declines; null where no
 * request ended in it: all were sent at once, or before the first was answered. The cut is MSER-5's on TTFT and on requests in flight; a run too short for it (under 50
 * requests) loses the first tenth of its sending time.
 * @param times in the order of `intendedAt`
 */
export function steadyWindow(times: readonly RequestTimes[]): (Window & { cut: WarmupCutMethod }) | null {
  const ordered = times.slice(0, times.findLastIndex(({ isStart }) => isStart) + 1);
  const first = ordered[0]?.intendedAt;
  const last = ordered.at(-1)?.intendedAt;
  if (first === undefined || last === undefined) return null;
  const found = warmupCut(ttftSeries(ordered), inFlightSeries(ordered));
  const startAt = found?.cutAtMs ?? first + (last - first) * WARMUP_SHARE;
  const hasEnd = times.some(({ endAt }) => endAt >= startAt && endAt <= last);
  if (last <= startAt || !hasEnd) return null;
  return { startAt, endAt: last, cut: found === null ? "first tenth" : "mser-5" };
}

/** TTFT of each success, at its intended send, in the order given. */
export function ttftSeries(times: readonly RequestTimes[]): TimedSeries {
  const known = times.filter((r) => r.ttftMs !== null);
  return { atMs: known.map((r) => r.intendedAt), values: known.map((r) => r.ttftMs!) };
}

/** Requests in flight just after each send. */
export function inFlightSeries(times: readonly RequestTimes[]): TimedSeries {
  const sent = times.filter((r) => r.sentAt !== null);
  const atMs = Float64Array.from(sent, (r) => r.sentAt!).sort();
  const ends = Float64Array.from(sent, (r) => r.endAt).sort();
  let ended = 0;
  const values = atMs.map((at, i) => {
    while (ends[ended]! <= at) ended++;
    return i + 1 - ended;
  });
  return { atMs, values };
}

/** Requests that fell due in the window. */
export function dueWithin(records: readonly RequestRecord[], window: Window): RequestRecord[] {
  return records.filter((record) => isDueWithin(record, window));
}

/** Whether a request fell due in a window. */
export function isDueWithin(
  { intendedAt }: Pick<RequestRecord, "intendedAt">,
  { startAt, endAt }: Window,
): boolean {
  return intendedAt >= startAt && intendedAt <= endAt;
}
