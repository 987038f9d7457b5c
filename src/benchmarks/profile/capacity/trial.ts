import type { RequestRecord } from "../../serving/record.ts";
import { missedSlos, type Slo } from "../../serving/slo.ts";

/** One level of a search: how many of the requests that fell due met every limit. */
export interface LoadTrial {
  readonly ratePerS: number;
  readonly good: number;
  readonly total: number;
  /** The level was ended early, beyond saturation. */
  readonly saturated: boolean;
}

/** @param records of one level, in any order; warm-up requests are left out */
export function loadTrial(
  ratePerS: number,
  records: readonly RequestRecord[],
  slos: readonly Slo[],
  saturated: boolean,
): LoadTrial {
  const due = records.filter(({ stage }) => stage === "run");
  const good = due.filter((record) => record.failure === null && missedSlos(record, slos).length === 0);
  return { ratePerS, good: good.length, total: due.length, saturated };
}
