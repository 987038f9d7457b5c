import type { Clock } from "../../core/clock.ts";
import { sleepMs } from "../../core/wait.ts";
import { parseExposition } from "./exposition.ts";
import type { Fetched } from "./fetch-metrics.ts";
import { type Change, HistoryBook, type MetricsHistory } from "./history.ts";
import { type ScrapeCost, ScrapeCounts } from "./scrape-cost.ts";

/** What is told of each scrape. */
export interface ScrapeLog {
  succeeded(atMs: number, tookMs: number, changes: readonly Change[]): void;
  failed(atMs: number, reason: string): void;
}

export interface ScraperOptions {
  intervalMs: number;
  clock: Clock;
  /** Asks once. */
  ask(): Promise<Fetched>;
  log: ScrapeLog;
  /** How long after the run a server may take to count what it answered. */
  settleMs?: number;
}

const SETTLE_MS = 500;

/** Scrapes at start + k × interval, never two at once. */
export class Scraper {
  readonly #options: ScraperOptions;
  readonly #book = new HistoryBook();
  readonly #counts = new ScrapeCounts();
  /** The one under way, and those that wait for it. */
  #last: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #endedAtMs: number | null = null;

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  /** Scrapes now, and from now on at each interval. */
  async begin(): Promise<void> {
    const startMs = this.#options.clock.now();
    await this.#scrape();
    if (this.#endedAtMs === null) this.#next(startMs, 1);
  }

  /** The load is over: scrapes once, and no longer at each interval. */
  loadEnded(): Promise<void> {
    this.#endedAtMs = this.#options.clock.now();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return this.#scrape();
  }

  /** A last scrape, once the server had time to count. */
  async finish(): Promise<void> {
    const { clock, settleMs = SETTLE_MS } = this.#options;
    if (this.#endedAtMs === null) await this.loadEnded();
    const leftMs = this.#endedAtMs! + settleMs - clock.now();
    if (leftMs > 0) await sleepMs(leftMs);
    await this.#scrape();
  }

  get history(): MetricsHistory {
    return this.#book.history;
  }

  cost(): ScrapeCost {
    return this.#counts.cost();
  }

  #next(startMs: number, k: number): void {
    const { intervalMs, clock } = this.#options;
    const due = Math.max(k, Math.ceil((clock.now() - startMs) / intervalMs));
    this.#counts.skipped(due - k);
    this.#timer = setTimeout(
      async () => {
        await this.#scrape();
        if (this.#endedAtMs === null) this.#next(startMs, due + 1);
      },
      startMs + due * intervalMs - clock.now(),
    );
  }

  #scrape(): Promise<void> {
    this.#last = this.#last.then(() => this.#once());
    return this.#last;
  }

  async #once(): Promise<void> {
    const { ask, clock, log } = this.#options;
    const fetched = await ask();
    const { atMs, tookMs } = fetched;
    const refuse = (reason: string) => {
      this.#counts.failed(reason);
      log.failed(atMs, reason);
    };
    if (!fetched.ok) return refuse(fetched.reason);
    const startMs = clock.now();
    const exposition = parseExposition(fetched.text);
    if (exposition.samples.length === 0) return refuse("no-metrics");
    log.succeeded(atMs, tookMs, this.#book.add(atMs, exposition));
    this.#counts.succeeded(fetched.bytes, tookMs, clock.now() - startMs, exposition.malformed);
  }
}
