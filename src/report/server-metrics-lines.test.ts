import { expect, test } from "bun:test";
import { record } from "../benchmarks/serving/record.fake.ts";
import { summarize } from "../benchmarks/serving/summary.ts";
import { fakeContext } from "../benchmarks/serving/summary-context.fake.ts";
import { parseExposition } from "../telemetry/server-metrics/exposition.ts";
import { HistoryBook } from "../telemetry/server-metrics/history.ts";
import { ScrapeCounts } from "../telemetry/server-metrics/scrape-cost.ts";
import { serverMetricsLines } from "./server-metrics-lines.ts";

/** The lines of a run whose server said this before and after it. */
function linesOf(before: string, after: string): string[] {
  const book = new HistoryBook();
  for (const [atMs, text] of [
    [-5, before],
    [50, after],
    [400, after],
  ] as const)
    book.add(atMs, parseExposition(text));
  const serverMetrics = {
    url: "http://h/metrics",
    intervalMs: 1000,
    scrapes: new ScrapeCounts().cost(),
    problem: null,
    history: book.history,
  };
  return serverMetricsLines(summarize([record({})], fakeContext({ serverMetrics })));
}

const histogram = (name: string, n: number, ends: [string, string], sum: number) =>
  `# TYPE ${name} histogram\n${name}_bucket{le="${ends[0]}"} 0\n${name}_bucket{le="${ends[1]}"} ${n}\n${name}_bucket{le="+Inf"} ${n}\n${name}_sum ${sum}\n${name}_count ${n}\n`;

test("SGLang's names", () => {
  const text = (n: number) =>
    [
      "sglang:num_running_reqs 3",
      "sglang:num_queue_reqs 0",
      "sglang:token_usage 0.25",
      "sglang:cache_hit_rate 0.5",
      histogram("sglang:time_to_first_token_seconds", n, ["0.04", "0.06"], n / 20),
    ].join("\n");
  expect(linesOf(text(2), text(12)).slice(1)).toEqual([
    "  load      running 3, max 3 · waiting 0, max 0",
    "  cache     KV used 25.0 %, max 25.0 % · prefix hits 50.0 %",
    "  TTFT, ms  p50 50.0 (40 to 60), p99 59.8 (40 to 60) · client 50.0, 50.0",
  ]);
});

test("TGI's and llama.cpp's", () => {
  expect(linesOf("", "tgi_batch_current_size 5\ntgi_queue_size 2\n")[1]).toBe(
    "  load      running 5, max 5 · waiting 2, max 2",
  );
  expect(linesOf("", "llamacpp:requests_processing 1\nllamacpp:requests_deferred 7\n")[1]).toBe(
    "  load      running 1, max 1 · waiting 7, max 7",
  );
});

test("a server whose names nobody here knows is said to have been read, no more", () => {
  expect(linesOf("", "mine 5\n")).toEqual(["Server      0 scrapes, one each 1.00 s"]);
});

test("without it there is no line; large figures fit 80 columns", () => {
  expect(serverMetricsLines(summarize([record({})], fakeContext()))).toEqual([]);
  const large = (n: number) => histogram("vllm:time_to_first_token_seconds", n, ["40", "80"], 60 * n);
  const lines = linesOf(large(0), large(1e6));
  expect(lines.slice(1)).toEqual([
    "  TTFT, ms  p50 60,000 (40,000 to 80,000), p99 79,600 (40,000 to 80,000)",
    "            client 50.0, 50.0",
  ]);
});
