/** What reading the metrics took, and what it failed at. */
export interface ScrapeCost {
  /** That succeeded. */
  n: number;
  /** By reason: `timeout`, `connect`, `http-503` and so on. */
  failed: Record<string, number>;
  /** That fell due while the one before was under way. */
  skipped: number;
  /** Mean of a scrape. */
  bytes: number | null;
  /** From asking to the end of the answer, mean and longest. */
  ms: number | null;
  maxMs: number | null;
  /** To read the text and to write what changed, in a thread of its own. */
  parseMs: number | null;
  /** Lines that are none of the format, in all scrapes. */
  malformedLines: number;
}

/** Adds up what scrapes cost. */
export class ScrapeCounts {
  readonly #failed: Record<string, number> = {};
  #n = 0;
  #skipped = 0;
  #bytes = 0;
  #ms = 0;
  #maxMs = 0;
  #parseMs = 0;
  #malformed = 0;

  succeeded(bytes: number, ms: number, parseMs: number, malformedLines: number): void {
    this.#n++;
    this.#bytes += bytes;
    this.#ms += ms;
    this.#maxMs = Math.max(this.#maxMs, ms);
    this.#parseMs += parseMs;
    this.#malformed += malformedLines;
  }

  failed(reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
  }

  skipped(scrapes: number): void {
    this.#skipped += scrapes;
  }

  cost(): ScrapeCost {
    const mean = (sum: number) => (this.#n === 0 ? null : sum / this.#n);
    return {
      n: this.#n,
      failed: { ...this.#failed },
      skipped: this.#skipped,
      bytes: mean(this.#bytes),
      ms: mean(this.#ms),
      maxMs: this.#n === 0 ? null : this.#maxMs,
      parseMs: mean(this.#parseMs),
      malformedLines: this.#malformed,
    };
  }
}
