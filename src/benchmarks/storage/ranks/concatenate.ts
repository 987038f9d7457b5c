import { COLUMNS, Measurements } from "../measurements.ts";
import type { RankPart } from "./part.ts";

/** Ranks have clocks of their own: these columns become instants since each rank's start barrier. */
const INSTANTS: ReadonlySet<string> = new Set(["readStartAt", "readEndAt"]);

/** The records of all ranks as those of one run: one rank's after the other's. */
export function concatenated(parts: readonly RankPart[]): Measurements {
  const all = new Measurements();
  for (const { rank, summary, columns, measured, startAtMs } of parts) {
    for (const name of COLUMNS) {
      const shiftMs = INSTANTS.has(name) ? startAtMs : 0;
      const before = name === "reader" ? rank * summary.loader.workers : 0;
      for (const value of columns[name]) all[name].push(value - shiftMs + before);
    }
    all.samples += measured.samples;
    all.bytes += measured.bytes;
    all.total.samples += measured.total.samples;
    all.total.bytes += measured.total.bytes;
    all.total.requestedBytes += measured.total.requestedBytes;
    if (measured.startAt === null || measured.endAt === null) continue;
    all.startAt = Math.min(all.startAt ?? Number.POSITIVE_INFINITY, measured.startAt - startAtMs);
    all.endAt = Math.max(all.endAt ?? Number.NEGATIVE_INFINITY, measured.endAt - startAtMs);
  }
  return all;
}
