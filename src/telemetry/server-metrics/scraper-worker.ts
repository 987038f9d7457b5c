import { messageOf } from "../../core/errors.ts";
import { systemClock } from "../../native/system-clock.ts";
import { fetchMetrics } from "./fetch-metrics.ts";
import { RecordFile } from "./record-file.ts";
import { Scraper } from "./scraper.ts";
import type { FromScraper, ToScraper } from "./scraper-messages.ts";

/* The thread behind a server-metrics monitor: it asks, reads the text and writes the file, so that the load's event loop does none of it. */

declare const self: Worker;

const post = (message: FromScraper) => postMessage(message);
const clock = systemClock();
let scraper: Scraper | null = null;
let file: RecordFile | null = null;
let hasFailed = false;

/** Told once. */
function tellFailure(failure: unknown): void {
  if (failure === null || hasFailed) return;
  hasFailed = true;
  post({ kind: "write-failed", message: messageOf(failure) });
}

function begin({ source, path, unixOffsetMs }: Extract<ToScraper, { kind: "begin" }>): void {
  try {
    file = new RecordFile(path, unixOffsetMs);
  } catch (error) {
    tellFailure(error);
  }
  const session = new Bun.FetchSession();
  scraper = new Scraper({
    intervalMs: source.intervalMs,
    clock,
    ask: () => fetchMetrics(source, clock, session),
    log: {
      succeeded(atMs, tookMs, changes) {
        file?.succeeded(atMs, tookMs, changes);
        tellFailure(file?.failure ?? null);
      },
      failed(atMs, reason) {
        file?.failed(atMs, reason);
        tellFailure(file?.failure ?? null);
      },
    },
  });
  scraper.begin().then(() => post({ kind: "begun" }));
}

async function finish(): Promise<void> {
  await scraper!.finish();
  file?.close();
  tellFailure(file?.failure ?? null);
  post({ kind: "finished", history: scraper!.history, cost: scraper!.cost() });
}

self.onmessage = ({ data }: MessageEvent<ToScraper>) => {
  if (data.kind === "begin") begin(data);
  else if (data.kind === "load-ended") scraper?.loadEnded();
  else finish();
};
