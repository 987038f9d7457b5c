import type { SeriesHistory } from "./history.ts";

/** The values of a series at the scrapes from `from` to `to`; NaN where it had none. */
export function valuesWithin({ changedAt, values }: SeriesHistory, from: number, to: number): Float64Array {
  const out = new Float64Array(to - from + 1).fill(Number.NaN);
  for (const [i, at] of changedAt.entries()) {
    const next = changedAt[i + 1] ?? Number.POSITIVE_INFINITY;
    if (at > to || next <= from) continue;
    out.fill(values[i]!, Math.max(0, at - from), Math.min(out.length, next - from));
  }
  return out;
}

/** What counters of one origin (a histogram's parts, or one alone) grew by from each scrape to the next. */
export interface Growth {
  /** By counter: what it grew by between scrapes i and i+1. */
  steps: Float64Array[];
  /** How often they began anew. */
  resets: number;
}

/**
 * Where one of them falls, all began anew at 0. One that the server did not have before begins at 0, as servers make a counter when
 * they first count; one that was away meanwhile goes on from its last value.
 */
export function growthOf(counters: readonly SeriesHistory[], from: number, to: number): Growth {
  const values = counters.map((counter) => valuesWithin(counter, from, to));
  const steps = counters.map(() => new Float64Array(to - from));
  const last = values.map((v) => known(v[0]!, 0));
  let resets = 0;
  for (let i = 1; i <= to - from; i++) {
    const isReset = values.some((v, c) => v[i]! < last[c]!);
    if (isReset) resets++;
    for (const [c, v] of values.entries()) {
      const now = known(v[i]!, isReset ? 0 : last[c]!);
      steps[c]![i - 1] = now - (isReset ? 0 : last[c]!);
      last[c] = now;
    }
  }
  return { steps, resets };
}

function known(value: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : value;
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
