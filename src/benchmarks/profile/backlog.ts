import { isCensored, isStart, type RequestRecord } from "../serving/record.ts";

/** How requests piled up in a level with a schedule, from the middle half of sending to its end. */
export interface Backlog {
  /** Requests that fell due while sending lasted. */
  due: number;
  /** Of those due, the ones that failed, other than by being cut off at the end. */
  failed: number;
  /** By how much the requests that were due and not over grew: their number at the end less its mean over the middle half. */
  grown: number;
  /** Of that, what the latencies of the first quarter explain (Little): as long as answers take, requests in flight only fill up. */
  filling: number;
  /** By how much more fell due meanwhile than an even schedule has: a burst that is still open is no backlog. */
  burst: number;
}

/** When a request fell due and when it was over, ms. */
export interface DueRequest {
  readonly dueAtMs: number;
  readonly endAtMs: number;
  readonly failed: boolean;
}

const EARLY_SHARE = 0.25;
const MIDDLE = { from: 0.25, to: 0.75 };
/** Instants, and early latencies, that are looked at, at the most. */
const MOST_INSTANTS = 33;
const MOST_LATENCIES = 101;
/** Requests that grew by more than this many times the root of those due have not done so by chance. */
const BY_CHANCE = 2;
/** What is left of the load has to be more than this part of it: latencies that settle slowly, and drifts, leave less. */
const LEAST_LEFT = 0.04;

/**
 * @param requests in the order in which they fell due
 * @returns null where all fell due at once
 */
export function backlogOf(requests: readonly DueRequest[]): Backlog | null {
  const due = Float64Array.from(requests, ({ dueAtMs }) => dueAtMs);
  const ends = Float64Array.from(requests, ({ endAtMs }) => endAtMs).sort();
  const n = due.length;
  const [first, last] = [due[0], due[n - 1]];
  if (first === undefined || last === undefined || last <= first) return null;
  const perMs = (n - 1) / (last - first);
  const early = spread(0, Math.ceil(EARLY_SHARE * n), MOST_LATENCIES).map(
    (i) => requests[i]!.endAtMs - due[i]!,
  );
  const at = (instant: number) => {
    const fallen = upTo(due, instant);
    const explained = early.map((latency) => fallen - upTo(due, instant - latency));
    return { fallen, open: fallen - upTo(ends, instant), explained: mean(explained) };
  };
  const middle = spread(Math.floor(MIDDLE.from * n), Math.ceil(MIDDLE.to * n), MOST_INSTANTS).map(
    (i) => due[i]!,
  );
  const before = middle.map(at);
  const end = at(last);
  return {
    due: n,
    failed: requests.filter(({ failed }) => failed).length,
    grown: end.open - mean(before.map(({ open }) => open)),
    filling: end.explained - mean(before.map(({ explained }) => explained)),
    burst: end.fallen - mean(before.map(({ fallen }) => fallen)) - perMs * (last - mean(middle)),
  };
}

/** The same of a level's records, in any order; later turns of conversations fall due by themselves, and prolong nothing. */
export function recordedBacklog(records: readonly RequestRecord[]): Backlog | null {
  const run = records.filter(({ stage }) => stage === "run");
  const lastAt = run.reduce((at, record) => (isStart(record) ? Math.max(at, record.intendedAt) : at), 0);
  const due = run
    .filter(({ intendedAt }) => intendedAt <= lastAt)
    .map((record) => ({
      dueAtMs: record.intendedAt,
      endAtMs: record.endAt,
      failed: record.failure !== null && !isCensored(record),
    }))
    .sort((one, other) => one.dueAtMs - other.dueAtMs);
  return backlogOf(due);
}

/**
 * Whether the server was behind for good. The null hypothesis is a load of 1, where what is open wanders as a random walk: of a level with few
 * requests nothing is said.
 */
export function fellBehind(backlog: Backlog): boolean {
  const left = leftOf(backlog);
  return left > BY_CHANCE * Math.sqrt(backlog.due) && left > LEAST_LEFT * laterDue(backlog);
}

/** What a server that fell behind took of the load, in [0, 1]. */
export function takenShare(backlog: Backlog): number {
  return 1 - Math.min(1, leftOf(backlog) / laterDue(backlog));
}

function leftOf({ grown, filling, burst }: Backlog): number {
  return Math.max(0, grown - Math.max(0, filling) - Math.max(0, burst));
}

/** From the middle to the end half of the level's load fell due. */
function laterDue({ due }: Backlog): number {
  return due / 2;
}

/** Whole numbers from `from` to below `to`, evenly spread, so many at the most. */
function spread(from: number, to: number, most: number): number[] {
  const count = Math.min(most, to - from);
  return Array.from({ length: count }, (_, i) => from + Math.floor(((i + 0.5) * (to - from)) / count));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many of the rising values are at most `limit`. */
function upTo(values: Float64Array, limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
