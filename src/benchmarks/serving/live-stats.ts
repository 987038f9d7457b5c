import { type RecentQuantile, recentQuantile } from "../../analysis/recent-quantile.ts";
import { ttftMs } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** The live line's median is over this many answers. */
const RECENT = 512;

/** What can be said of a run while it goes on. */
export class LiveStats {
  done = 0;
  failed = 0;
  readonly #ttft: RecentQuantile = recentQuantile(RECENT);

  add(record: RequestRecord): void {
    if (record.stage === "warmup") return;
    if (record.failure === null) this.done++;
    else this.failed++;
    const ttft = ttftMs(record);
    if (ttft !== null) this.#ttft.add(ttft);
  }

  /** Median TTFT of the latest answers, ms. */
  ttftP50Ms(): number | null {
    return this.#ttft.quantile(0.5);
  }
}
