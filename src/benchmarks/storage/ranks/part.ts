import { deserialize, serialize } from "bun:jsc";
import { COLUMNS, type Measurements } from "../measurements.ts";
import type { StorageSummary } from "../summary-shape.ts";

type Column = (typeof COLUMNS)[number];

/** What one rank hands over at the end of a run. */
export interface RankPart {
  rank: number;
  host: string;
  /** When the rank left the start barrier, on its own clock, in ms. */
  startAtMs: number;
  /** Why it ended early; null where it did not. */
  problem: string | null;
  summary: StorageSummary;
  /** The counted microbatches and steps, and how often each sample was read. */
  columns: Record<Column, Float64Array>;
  measured: Pick<Measurements, "samples" | "bytes" | "startAt" | "endAt" | "warmupSteps" | "total">;
  visits: Uint32Array;
}

export function partOf(
  facts: Pick<RankPart, "rank" | "host" | "startAtMs" | "problem" | "summary">,
  measured: Measurements,
  visits: Uint32Array,
): RankPart {
  const { samples, bytes, startAt, endAt, warmupSteps, total } = measured;
  return {
    ...facts,
    columns: Object.fromEntries(
      COLUMNS.map((name) => [name, measured[name].toArray()]),
    ) as RankPart["columns"],
    measured: { samples, bytes, startAt, endAt, warmupSteps, total },
    // Out of the shared memory that the readers counted in.
    visits: Uint32Array.from(visits),
  };
}

export function encodePart(part: RankPart): Uint8Array {
  return new Uint8Array(serialize(part));
}

export function decodePart(bytes: Uint8Array): RankPart {
  return deserialize(bytes) as RankPart;
}
