import type { Clock } from "../../core/clock.ts";
import { assertNever } from "../../core/errors.ts";
import { sleepMs } from "../../core/wait.ts";
import type { MetricsSource } from "./fetch-metrics.ts";
import { ScrapeCounts } from "./scrape-cost.ts";
import type { FromScraper, ScraperThread } from "./scraper-messages.ts";
import type { ServerMetricsRecord } from "./summary.ts";

export interface ServerMetricsOptions {
  source: MetricsSource;
  /** The file that gets what was read, as it is read. */
  path: string;
  clock: Clock;
  /** Starts a thread that runs scraper-worker.ts (src/workers.ts). */
  openThread(): ScraperThread;
  /** Told once, when the file takes no more; reading goes on. */
  onWriteError?: (message: string) => void;
}

/** What is read of the server's metrics beside a run. */
export interface ServerMetricsMonitor {
  /** Resolves once the first scrape is over: just before the first request. */
  begin(): Promise<void>;
  /** The last answer is there. */
  loadEnded(): void;
  /** Ends the reading; a second call gives the same. */
  stop(): Promise<ServerMetricsRecord>;
}

/** Beyond what a scrape may take: a thread starts in less. */
const PATIENCE_MS = 3000;

/** Starts the thread that reads; it reads nothing before `begin`. */
export function startServerMetrics(options: ServerMetricsOptions): ServerMetricsMonitor {
  return new Monitor(options);
}

class Monitor implements ServerMetricsMonitor {
  readonly #options: ServerMetricsOptions;
  readonly #thread: ScraperThread;
  readonly #begun = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<Extract<FromScraper, { kind: "finished" }> | null>();
  #problem: string | null = null;
  #stopping: Promise<ServerMetricsRecord> | null = null;
  #hasBegun = false;

  constructor(options: ServerMetricsOptions) {
    this.#options = options;
    this.#thread = options.openThread();
    this.#thread.onmessage = ({ data }) => this.#take(data);
    this.#thread.onerror = ({ message }) =>
      this.#fail(`the thread that reads the server's metrics failed: ${message}`);
  }

  async begin(): Promise<void> {
    const { source, path, clock } = this.#options;
    this.#hasBegun = true;
    this.#thread.postMessage({ kind: "begin", source, path, unixOffsetMs: clock.toUnixMs(0) });
    await this.#within(source.timeoutMs, this.#begun.promise);
  }

  loadEnded(): void {
    this.#thread.postMessage({ kind: "load-ended" });
  }

  stop(): Promise<ServerMetricsRecord> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<ServerMetricsRecord> {
    const { source } = this.#options;
    if (this.#hasBegun) {
      this.#thread.postMessage({ kind: "finish" });
      // The one under way, the one after the load, the last one.
      await this.#within(3 * source.timeoutMs, this.#finished.promise);
      this.#fail("the thread that reads the server's metrics did not end");
    }
    this.#finished.resolve(null);
    const finished = await this.#finished.promise;
    this.#thread.terminate();
    const { origin, pathname } = new URL(source.url);
    return {
      url: origin + pathname,
      intervalMs: source.intervalMs,
      scrapes: finished?.cost ?? new ScrapeCounts().cost(),
      problem: finished === null ? this.#problem : null,
      history: finished?.history ?? { atMs: [], series: [] },
    };
  }

  async #within(ms: number, event: Promise<unknown>): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([event, sleepMs(ms + PATIENCE_MS, waiting.signal)]);
    waiting.abort();
  }

  #take(message: FromScraper): void {
    switch (message.kind) {
      case "begun":
        this.#begun.resolve();
        return;
      case "write-failed":
        this.#options.onWriteError?.(message.message);
        return;
      case "finished":
        this.#finished.resolve(message);
        return;
      default:
        assertNever(message);
    }
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    this.#begun.resolve();
    this.#finished.resolve(null);
  }
}
