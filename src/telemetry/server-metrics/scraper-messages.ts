import type { MetricsSource } from "./fetch-metrics.ts";
import type { MetricsHistory } from "./history.ts";
import type { ScrapeCost } from "./scrape-cost.ts";

/** What the monitor says to its thread. */
export type ToScraper =
  | { kind: "begin"; source: MetricsSource; path: string; unixOffsetMs: number }
  | { kind: "load-ended" }
  | { kind: "finish" };

/** What the thread says to its monitor. */
export type FromScraper =
  /** The first scrape is over, whatever came of it. */
  | { kind: "begun" }
  /** Once, when the file takes no more; scraping goes on. */
  | { kind: "write-failed"; message: string }
  | { kind: "finished"; history: MetricsHistory; cost: ScrapeCost };

/** The thread behind a monitor. */
export interface ScraperThread {
  postMessage(message: ToScraper): void;
  onmessage: ((event: { data: FromScraper }) => void) | null;
  onerror: ((event: { message: string }) => void) | null;
  terminate(): void;
}
