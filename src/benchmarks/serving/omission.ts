import { formatDuration, formatNumber } from "../../core/units.ts";
import type { RequestRecord } from "./record.ts";
import type { ServingSummary, Warning } from "./summary-shape.ts";

/* Coordinated omission: what latencies from sent time do not show, because the load gave way to the server. */

/** A difference of the two p99 below these is no one's concern: the client's own lateness is under "client". */
const LEAST_SHARE = 0.1;
const LEAST_MS = 10;
/** A pause of all users that is this much longer than p99 is not shown by it. */
const PAUSE_OVER_P99 = 3;
/** p99 would have shown a pause that this share of the requests had met. */
const PAUSE_SHARE = 0.01;

/** Open loop: how much of the wait only latencies from intended time show, and why; null where there is next to none. */
export function omissionWarning({ whole, load }: ServingSummary): Warning | null {
  const fromSent = whole?.metrics.ttft?.quantiles.p99;
  const fromIntended = whole?.metrics.ttftFromIntended?.quantiles.p99;
  if (load.kind !== "open" || !fromSent || !fromIntended) return null;
  const heldBackMs = fromIntended.value - fromSent.value;
  if (heldBackMs < Math.max(LEAST_MS, LEAST_SHARE * fromSent.value)) return null;
  const longestMs = whole?.metrics.lateness?.max ?? heldBackMs;
  const wait = `requests waited up to ${formatDuration(longestMs)}`;
  const why = {
    concurrency: `${wait} for a slot (--concurrency ${load.concurrency})`,
    client: `${wait} because the client could hold no more than ${formatNumber(load.peakInFlight)} at once`,
    none: `the client sent them up to ${formatDuration(longestMs)} late`,
  }[load.hitCap ?? "none"];
  const shown = ({ value, isLowerBound }: typeof fromSent) =>
    `${isLowerBound ? "at least " : ""}${formatDuration(value)}`;
  return {
    code: "coordinated-omission",
    message: `TTFT p99 from intended time is ${shown(fromIntended)}, from sent time ${shown(fromSent)}: ${why}`,
    hint: "From intended time is what users would have felt; from sent time leaves that wait out (coordinated omission).",
  };
}

/**
 * Closed loop: the longest time without a send, while every user waited for its answer, where an open load of the same rate would have
 * met it with enough requests to show in p99, and p99 does not show it. Neither latency does: users that wait intend nothing.
 */
export function closedLoopPause(
  { whole, load }: ServingSummary,
  run: readonly RequestRecord[],
): Warning | null {
  const p99 = whole?.metrics.e2el?.quantiles.p99.value;
  const sentAt = Float64Array.from(run.filter((r) => r.sentAt !== null).map((r) => r.sentAt!)).sort();
  if (load.kind !== "closed" || p99 === undefined || sentAt.length < 2) return null;
  let pauseMs = 0;
  for (let i = 1; i < sentAt.length; i++) pauseMs = Math.max(pauseMs, sentAt[i]! - sentAt[i - 1]!);
  const otherwiseMs = sentAt.at(-1)! - sentAt[0]! - pauseMs;
  const omitted = (pauseMs * (sentAt.length - 2)) / otherwiseMs;
  if (!(pauseMs > PAUSE_OVER_P99 * p99 && omitted > PAUSE_SHARE * sentAt.length)) return null;
  return {
    code: "closed-loop-pause",
    message: `for ${formatDuration(pauseMs)} no user sent anything, each waiting for its answer, and p99 (E2EL ${formatDuration(p99)}) does not show it: an open load of this rate would have met that pause with ${formatNumber(omitted)} requests`,
    hint: "A closed loop gives way to a slow server (coordinated omission): measure tails with --rate.",
  };
}
