/** Stretches that are kept: between half as many and so many. */
const MOST = 32;

/** A series' means over equal stretches of time. */
export interface StretchMeans {
  readonly means: Float64Array;
  /** Ticks in a stretch. */
  readonly ticks: number;
}

/**
 * Means of a series over equal stretches of time, from its beginning, in constant space: where they become too many, two neighbours are
 * put together and stretches are twice as long from then on.
 */
export class Stretches {
  readonly #sums = new Float64Array(MOST);
  readonly #counts = new Float64Array(MOST);
  /** Ticks in a stretch, and ticks so far. */
  #width = 1;
  #ticks = 0;

  get ticks(): number {
    return this.#ticks;
  }

  /** Adds what one tick gave. @param count values in `sum`; 0 where there were none */
  add(sum: number, count: number): void {
    if (this.#ticks === MOST * this.#width) this.#halve();
    const at = Math.floor(this.#ticks / this.#width);
    this.#sums[at]! += sum;
    this.#counts[at]! += count;
    this.#ticks++;
  }

  /**
   * Means of the whole stretches without the first `share` of them, of as many together as leaves none without a value.
   * @returns null where that leaves fewer than `fewest`
   */
  means(share: number, fewest: number): StretchMeans | null {
    const whole = Math.floor(this.#ticks / this.#width);
    const kept = whole - Math.ceil(share * whole);
    for (let group = 1; Math.floor(kept / group) >= fewest; group++) {
      const means = new Float64Array(Math.floor(kept / group));
      // The latest stretches, so that what is left over is early.
      const from = whole - group * means.length;
      for (let i = 0; i < means.length; i++) means[i] = this.#mean(from + group * i, group);
      if (!means.some(Number.isNaN)) return { means, ticks: group * this.#width };
    }
    return null;
  }

  /** NaN without a value. */
  #mean(from: number, stretches: number): number {
    let [sum, count] = [0, 0];
    for (let i = from; i < from + stretches; i++) {
      sum += this.#sums[i]!;
      count += this.#counts[i]!;
    }
    return sum / count;
  }

  #halve(): void {
    for (const values of [this.#sums, this.#counts]) {
      for (let i = 0; i < MOST / 2; i++) values[i] = values[2 * i]! + values[2 * i + 1]!;
      values.fill(0, MOST / 2);
    }
    this.#width *= 2;
  }
}
