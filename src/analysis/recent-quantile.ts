import { quantile } from "./quantile.ts";

/** Quantiles of the latest values, for live display; never for a result. */
export interface RecentQuantile {
  /** Takes a value in, in place of the oldest one when full; a store, no allocation. */
  add(value: number): void;
  /** Type-7 quantile of what is held, q in [0, 1]; null before the first value. Sorts a copy. */
  quantile(q: number): number | null;
  /** How many values are held, at most the capacity. */
  readonly size: number;
}

/** @param capacity how many of the latest values count, at least 1 */
export function recentQuantile(capacity: number): RecentQuantile {
  if (!(Number.isInteger(capacity) && capacity >= 1)) throw new RangeError(`no ring of ${capacity} values`);
  const ring = new Float64Array(capacity);
  let next = 0;
  let size = 0;
  return {
    add(value) {
      ring[next] = value;
      next = next + 1 === capacity ? 0 : next + 1;
      if (size < capacity) size++;
    },
    quantile: (q) => quantile(ring.slice(0, size).sort(), q),
    get size() {
      return size;
    },
  };
}
