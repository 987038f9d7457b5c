/** Width of a bin over its value: three digits are shown, and a quantile lies within half of this. */
const RELATIVE_WIDTH = 0.001;
/** Below this (1 ns where values are ms) all is one bin. */
const LEAST = 1e-6;
const BINS = 1 + Math.ceil(Math.log(1e16) / Math.log1p(RELATIVE_WIDTH));
const PER_LOG = 1 / Math.log1p(RELATIVE_WIDTH);

/** A filled bin: values in [low, high). */
export interface LogBin {
  low: number;
  high: number;
  count: number;
}

/**
 * Counts of values of at least 0 in bins that are each 0.1 % wide: any number of values in bounded memory (300 kB). The idea is that of
 * HdrHistogram and DDSketch (Masson, Rim & Lee 2019): a fixed relative error.
 */
export class LogHistogram {
  readonly #counts = new Float64Array(BINS);
  n = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  /** @throws RangeError on a value below 0 or not finite */
  add(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`a value of at least 0, not ${value}`);
    this.#counts[binOf(value)]!++;
    this.n++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** @returns quantile q by linear interpolation between closest ranks (quantile.ts), values taken for the middles of their bins; null without values */
  quantile(q: number): number | null {
    if (this.n === 0) return null;
    const at = (this.n - 1) * q;
    const rank = Math.floor(at);
    let seen = 0;
    let lower: number | null = null;
    for (const { low, high, count } of this.bins()) {
      seen += count;
      const middle = Math.min(this.max, Math.max(this.min, (low + high) / 2));
      if (seen > rank) lower ??= middle;
      if (lower !== null && (seen > rank + 1 || seen === this.n))
        return lower + (at - rank) * (middle - lower);
    }
    return this.max;
  }

  /** The bins that hold something, from the least. */
  *bins(): Generator<LogBin> {
    for (let i = 0; i < BINS; i++) {
      const count = this.#counts[i]!;
      if (count > 0) yield { low: i === 0 ? 0 : edge(i), high: edge(i + 1), count };
    }
  }
}

function binOf(value: number): number {
  if (value < LEAST) return 0;
  return Math.min(BINS - 1, 1 + Math.floor(Math.log(value / LEAST) * PER_LOG));
}

function edge(i: number): number {
  return LEAST * Math.exp((i - 1) / PER_LOG);
}
