import { wilson } from "../../../analysis/wilson.ts";
import type { RequestRecord } from "../../serving/record.ts";
import { fromIntended, missedSlos, type Slo } from "../../serving/slo.ts";
import { type Backlog, fellBehind, takenShare } from "../backlog.ts";

/**
 * One level of a search: how many of the requests that fell due met every limit. A `total` of 0 says that the level cannot be used, as its
 * client was unfit: it is measured again, but not for ever.
 */
export interface LoadTrial {
  readonly ratePerS: number;
  readonly good: number;
  readonly total: number;
  /** Beyond saturation: the level was ended early, or requests piled up until its end (backlog.ts). */
  readonly saturated: boolean;
  /** What the server took of the load where requests piled up; null, or absent, where they did not. */
  readonly takenPerS?: number | null;
  /** Why the client was unfit, where the level cannot be used. */
  readonly unfit?: string;
  /**
   * Good requests in each of 20 equal parts of the level, by when they fell due; their sum is `good`. The search leaves the first parts
   * out, while queues still fill, and sees how far requests depend on one another. Without it `good` of `total` counts as it is, as
   * that of a steady window.
   */
  readonly goodIn?: readonly number[] | null;
}

const PARTS = 20;
/** Queues fill from an empty server: the first requests find them shorter than they will be. */
const WARMUP_PARTS = 5;

/** What is known of a level besides its requests. */
export interface TrialFacts {
  /** It was ended early, beyond saturation. */
  readonly endedEarly: boolean;
  readonly backlog: Backlog | null;
  /** A cap made requests wait in the client: TTFT and E2EL count from when they fell due, as for whoever waits for them. */
  readonly heldBack: boolean;
}

/** @param records of one level, in any order; warm-up requests are left out */
export function loadTrial(
  ratePerS: number,
  records: readonly RequestRecord[],
  slos: readonly Slo[],
  { endedEarly, backlog, heldBack }: TrialFacts,
): LoadTrial {
  const due = records
    .filter(({ stage }) => stage === "run")
    .toSorted((one, other) => one.intendedAt - other.intendedAt);
  const limits = heldBack ? slos.map(fromIntended) : slos;
  const isGood = (record: RequestRecord) =>
    record.failure === null && missedSlos(record, limits).length === 0 ? 1 : 0;
  return withBacklog(trialOf(ratePerS, Uint8Array.from(due, isGood), endedEarly), backlog);
}

/** Beyond saturation, too, where requests piled up. */
export function withBacklog(trial: LoadTrial, backlog: Backlog | null): LoadTrial {
  if (backlog === null || !fellBehind(backlog)) return trial;
  return { ...trial, saturated: true, takenPerS: trial.ratePerS * takenShare(backlog) };
}

/** A trial from what became of its requests, in the order in which they fell due: 1 for each good one, else 0. */
export function trialOf(ratePerS: number, goodOf: Uint8Array, saturated: boolean): LoadTrial {
  const total = goodOf.length;
  const goodIn = Array.from({ length: PARTS }, (_, part) =>
    goodOf.subarray(startOf(part, total), startOf(part + 1, total)).reduce((sum, one) => sum + one, 0),
  );
  return { ratePerS, good: goodIn.reduce((sum, one) => sum + one, 0), total, saturated, goodIn };
}

/** Requests in a part of a trial. */
export interface Part {
  readonly good: number;
  readonly total: number;
}

/** What counts of a trial: without its beginning, and with nothing good of one beyond saturation. */
export interface Counted extends Part {
  readonly ratePerS: number;
  /** Equal parts of it in order; empty where they are not known. */
  readonly parts: readonly Part[];
}

export function counted({ ratePerS, good, total, saturated, goodIn = null }: LoadTrial): Counted {
  if (goodIn === null) return { ratePerS, good: saturated ? 0 : good, total, parts: [] };
  const parts = goodIn
    .map((inPart, part) => ({ good: inPart, total: startOf(part + 1, total) - startOf(part, total) }))
    .slice(WARMUP_PARTS);
  const all = join(parts);
  return saturated ? { ratePerS, good: 0, total: all.total, parts: [] } : { ratePerS, ...all, parts };
}

/** Of the requests that count of a trial, those that were good, with Wilson's 95 % interval. */
export interface TrialShare extends Part {
  readonly fraction: number;
  readonly low: number;
  readonly high: number;
}

/** The share of good requests that the search goes by; null where the trial cannot be used. */
export function trialShare(trial: LoadTrial): TrialShare | null {
  const { good, total } = counted(trial);
  const { value, low, high } = wilson(good, total);
  return value === null ? null : { good, total, fraction: value, low, high };
}

/** Several parts as one. */
export function join(parts: readonly Part[]): Part {
  return parts.reduce((sum, { good, total }) => ({ good: sum.good + good, total: sum.total + total }), {
    good: 0,
    total: 0,
  });
}

function startOf(part: number, total: number): number {
  return Math.floor((part * total) / PARTS);
}
