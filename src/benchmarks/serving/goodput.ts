import { wilson } from "../../analysis/wilson.ts";
import { isCensored, type RequestRecord } from "./record.ts";
import { missedSlos, type SloSet } from "./slo.ts";
import type { Goodput } from "./summary-shape.ts";

/** @param due the requests that fell due in a window of `durationS` @returns null where there are none */
export function goodputOf(due: readonly RequestRecord[], set: SloSet, durationS: number): Goodput | null {
  if (due.length === 0) return null;
  const missed: Record<string, number> = Object.fromEntries(set.slos.map(({ name }) => [name, 0]));
  missed.failed = 0;
  missed.unfinished = 0;
  let good = 0;
  for (const record of due) {
    if (record.failure !== null) {
      missed[isCensored(record) ? "unfinished" : "failed"]!++;
      continue;
    }
    const names = missedSlos(record, set.slos);
    for (const name of names) missed[name]!++;
    if (names.length === 0) good++;
  }
  const fraction = good / due.length;
  const { low, high } = wilson(good, due.length) as { low: number; high: number };
  const isMet = set.share === null ? null : fraction >= set.share;
  return { good, total: due.length, fraction, low, high, perS: good / durationS, missed, isMet };
}
