/** More bins than this are put together, ten by ten. */
const MOST = 50_000;

/** Even bins of time: [startMs + i·widthMs, startMs + (i+1)·widthMs). */
export interface EvenBins {
  startMs: number;
  widthMs: number;
  count: number;
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
  sums({ startMs, widthMs, count }: EvenBins): Float64Array {
    const sums = new Float64Array(count);
    for (const [bin, amount] of this.#amounts) {
      const i = Math.floor(((bin + 0.5) * this.widthMs - startMs) / widthMs);
      if (i >= 0 && i < count) sums[i]! += amount;
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

/**
 * Bins over [fromMs, toMs]: 1, 2 or 5 times a power of ten of ms wide, never finer than `finestMs`, at most `most` of them, from an
 * edge of `finestMs` on.
 */
export function evenBins(fromMs: number, toMs: number, finestMs: number, most: number): EvenBins {
  const startMs = Math.floor(fromMs / finestMs) * finestMs;
  const least = Math.max(finestMs, (toMs - startMs) / most);
  const power = 10 ** Math.floor(Math.log10(least));
  const widthMs = [1, 2, 5, 10].map((step) => step * power).find((width) => width >= least * (1 - 1e-9))!;
  return { startMs, widthMs, count: Math.max(1, Math.ceil((toMs - startMs) / widthMs)) };
}
