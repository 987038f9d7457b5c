import { expect, test } from "bun:test";
import { parseExposition } from "./exposition.ts";
import { HistoryBook } from "./history.ts";
import { ScrapeCounts } from "./scrape-cost.ts";
import { summarizeServerMetrics } from "./summary.ts";
import { serverMetricsWarnings } from "./warnings.ts";

/** What is warned of after a run of 100 requests whose server counted so many as finished before it and after it. */
function warned(before: number, after: number, counts = new ScrapeCounts()): string[] {
  const book = new HistoryBook();
  book.add(0, parseExposition(`vllm:request_success_total{finished_reason="stop"} ${before}`));
  book.add(2000, parseExposition(`vllm:request_success_total{finished_reason="stop"} ${after}`));
  const about = { url: "http://h/metrics", intervalMs: 1000, scrapes: counts.cost(), problem: null };
  const windows = { whole: { startAt: 500, endAt: 1500 }, steady: null };
  const summary = summarizeServerMetrics({ ...about, history: book.history }, windows, "m");
  return serverMetricsWarnings(summary, 100).map(({ message }) => message);
}

test("nothing where all is as it should be", () => expect(warned(7, 110)).toEqual([]));

test("others who use the server", () => {
  expect(warned(7, 157)).toEqual([
    "the server finished 150 requests while this run had 100: others use it, too",
  ]);
});

test("counters that began anew", () => {
  expect(warned(70, 60)[0]).toStartWith("counters of the server began anew during the run");
});

test("scrapes that failed, and lines that are none", () => {
  const counts = new ScrapeCounts();
  counts.failed("timeout");
  counts.failed("timeout");
  counts.succeeded(10, 1, 1, 3);
  expect(warned(0, 100, counts)).toEqual([
    "2 of 3 scrapes of http://h/metrics failed (timeout 2)",
    "3 lines of http://h/metrics are not in Prometheus' text format and were left out",
  ]);
});
