import { type RecentQuantile, recentQuantile } from "../../analysis/recent-quantile.ts";
import { ttftMs } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** The live line's median is over this many answers. */
const RECENT = 512;

/** What was added since it was last asked for. */
export interface LiveDelta {
  done: number;
  failed: number;
  /** The first so many of the new answers that have one. */
  ttftMs: number[];
}

/** What can be said of a run while it goes on. */
export class LiveStats {
  done = 0;
  failed = 0;
  readonly #ttft: RecentQuantile = recentQuantile(RECENT);
  #taken = { done: 0, failed: 0 };
  #freshTtftMs: number[] = [];

  add(record: RequestRecord): void {
    if (record.stage === "warmup") return;
    if (record.failure === null) this.done++;
    else this.failed++;
    const ttft = ttftMs(record);
    if (ttft === null) return;
    this.#ttft.add(ttft);
    if (this.#freshTtftMs.length < RECENT) this.#freshTtftMs.push(ttft);
  }

  /** What came since the last call: what a worker tells its parent. */
  take(): LiveDelta {
    const { done, failed } = this;
    const delta = {
      done: done - this.#taken.done,
      failed: failed - this.#taken.failed,
      ttftMs: this.#freshTtftMs,
    };
    this.#taken = { done, failed };
    this.#freshTtftMs = [];
    return delta;
  }

  /** Adds what a worker told. */
  merge({ done, failed, ttftMs }: LiveDelta): void {
    this.done += done;
    this.failed += failed;
    for (const ttft of ttftMs) this.#ttft.add(ttft);
  }

  /** Median TTFT of the latest answers, ms. */
  ttftP50Ms(): number | null {
    return this.#ttft.quantile(0.5);
  }
}
