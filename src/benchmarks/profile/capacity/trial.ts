import type { RequestRecord } from "../../serving/record.ts";
import { missedSlos, type Slo } from "../../serving/slo.ts";

/** One level of a search: how many of the requests that fell due met every limit. */
export interface LoadTrial {
  readonly ratePerS: number;
  readonly good: number;
  readonly total: number;
  /** The level was ended early, beyond saturation. */
  readonly saturated: boolean;
  /**
   * Each request that fell due, in order: 1 where it was good. The search leaves the first of them out, while queues still fill, and sees
   * how far they depend on one another. Without it the counts are taken as they are, as those of a steady window.
   */
  readonly goodOf?: Uint8Array;
}

/** Queues fill from an empty server; this share of a level's requests finds them shorter than they will be. */
const WARMUP_SHARE = 0.25;

/** @param records of one level, in any order; warm-up requests are left out */
export function loadTrial(
  ratePerS: number,
  records: readonly RequestRecord[],
  slos: readonly Slo[],
  saturated: boolean,
): LoadTrial {
  const due = records
    .filter(({ stage }) => stage === "run")
    .toSorted((one, other) => one.intendedAt - other.intendedAt);
  const goodOf = Uint8Array.from(due, (record) =>
    record.failure === null && missedSlos(record, slos).length === 0 ? 1 : 0,
  );
  return trialOf(ratePerS, goodOf, saturated);
}

/** A trial from what became of its requests, in the order in which they fell due. */
export function trialOf(ratePerS: number, goodOf: Uint8Array, saturated: boolean): LoadTrial {
  return { ratePerS, good: sum(goodOf), total: goodOf.length, saturated, goodOf };
}

/** What counts of a trial: without its beginning, and with nothing good of one beyond saturation. */
export interface Counted {
  readonly ratePerS: number;
  readonly good: number;
  readonly total: number;
  /** The counted requests in order; null where they are not known one by one. */
  readonly goodOf: Uint8Array | null;
}

export function counted(trial: LoadTrial): Counted {
  const { ratePerS, saturated, goodOf } = trial;
  const kept = goodOf?.subarray(Math.floor(WARMUP_SHARE * goodOf.length)) ?? null;
  const [good, total] = kept === null ? [trial.good, trial.total] : [sum(kept), kept.length];
  return { ratePerS, good: saturated ? 0 : good, total, goodOf: saturated ? null : kept };
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
