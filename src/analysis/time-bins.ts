/** More bins than this are put together, ten by ten. */
const MOST = 50_000;

/** Even bins of time over [fromMs, toMs]: the first begins at fromMs, the last ends at toMs, so that no bin is much shorter than the others. */
export interface EvenBins {
  fromMs: number;
  toMs: number;
  /** The edge that the others are counted from: fromMs, or a little before. */
  startMs: number;
  widthMs: number;
  count: number;
}

/** The bin of an instant; null outside. */
export function binAt(atMs: number, { fromMs, toMs, startMs, widthMs, count }: EvenBins): number | null {
  if (atMs < fromMs || atMs > toMs) return null;
  return Math.min(count - 1, Math.floor((atMs - startMs) / widthMs));
}

/** The bins' edges: one more than bins. */
export function edgesOf({ fromMs, toMs, startMs, widthMs, count }: EvenBins): number[] {
  return Array.from({ length: count + 1 }, (_, i) =>
    i === 0 ? fromMs : i === count ? toMs : startMs + i * widthMs,
  );
}

/**
 * Amounts by time, in bins of a power of ten of ms that grow with the span: any number of additions, in any order, in bounded memory.
 */
export class TimeBins {
  /** Of the bins as they are now; a power of ten. */
  widthMs = 1;
  #amounts = new Map<number, number>();

  add(atMs: number, amount: number): void {
    const bin = Math.floor(atMs / this.widthMs);
    this.#amounts.set(bin, (this.#amounts.get(bin) ?? 0) + amount);
    if (this.#amounts.size > MOST) this.#widen();
  }

  /** The amounts in wider bins, whose edges are on those of `widthMs`. What lies outside is left out. */
  sums(bins: EvenBins): Float64Array {
    const sums = new Float64Array(bins.count);
    const { widthMs } = this;
    for (const [bin, amount] of this.#amounts) {
      // A fine bin at an end of the span may have its middle outside of it.
      const middle = Math.min(bins.toMs, Math.max(bins.fromMs, (bin + 0.5) * widthMs));
      const i = Math.abs(middle - (bin + 0.5) * widthMs) <= widthMs / 2 ? binAt(middle, bins) : null;
      if (i !== null) sums[i]! += amount;
    }
    return sums;
  }

  #widen(): void {
    const wider = new Map<number, number>();
    for (const [bin, amount] of this.#amounts) {
      const target = Math.floor(bin / 10);
      wider.set(target, (wider.get(target) ?? 0) + amount);
    }
    this.#amounts = wider;
    this.widthMs *= 10;
  }
}

/** Bins are at least so many fine ones wide: where the first begins between two of those makes little difference. */
const FEWEST_FINE = 10;

/** Bins over [fromMs, toMs]: 1, 2 or 5 times a power of ten of ms wide, at least ten times `finestMs`, at most `most` of them. */
export function evenBins(fromMs: number, toMs: number, finestMs: number, most: number): EvenBins {
  const startMs = Math.floor(fromMs / finestMs) * finestMs;
  const least = Math.max(FEWEST_FINE * finestMs, (toMs - startMs) / most);
  const power = 10 ** Math.floor(Math.log10(least));
  const widthMs = [1, 2, 5, 10].map((step) => step * power).find((width) => width >= least * (1 - 1e-9))!;
  // Half a bin or more at the end is one of its own.
  const count = Math.max(1, Math.round((toMs - startMs) / widthMs));
  return { fromMs, toMs, startMs, widthMs, count };
}
