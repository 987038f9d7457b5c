import { type EvenBins, edgesOf } from "./time-bins.ts";

/** How many are inside at a time, by bins. */
export interface Occupancy {
  /** Time-weighted mean in each bin. */
  mean: Float64Array;
  /** Most at once in each bin. */
  most: Float64Array;
}

/**
 * How many of the spans [starts, ends] overlap, bin by bin.
 * @param starts ascending, ms
 * @param ends ascending, ms: the spans' ends, each on its own place in the order
 */
export function occupancy(starts: Float64Array, ends: Float64Array, bins: EvenBins): Occupancy {
  const edges = edgesOf(bins);
  const mean = new Float64Array(bins.count);
  const most = new Float64Array(bins.count);
  let [started, ended] = [0, 0];
  for (let bin = 0; bin < bins.count; bin++) {
    const [from, until] = [edges[bin]!, edges[bin + 1]!];
    let at = from;
    let integral = 0;
    while (at < until) {
      // An end comes before a start of the same instant: the slot that is free is taken again.
      while (ended < ends.length && ends[ended]! <= at) ended++;
      while (started < starts.length && starts[started]! <= at) started++;
      const inside = started - ended;
      if (inside > most[bin]!) most[bin] = inside;
      const next = Math.min(until, starts[started] ?? until, ends[ended] ?? until);
      integral += inside * (next - at);
      at = next;
    }
    mean[bin] = until > from ? integral / (until - from) : 0;
  }
  return { mean, most };
}
