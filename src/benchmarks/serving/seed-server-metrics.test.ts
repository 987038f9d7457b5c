import { describe, expect, test } from "bun:test";
import { parseExposition } from "../../telemetry/server-metrics/exposition.ts";
import { HistoryBook } from "../../telemetry/server-metrics/history.ts";
import { ScrapeCounts } from "../../telemetry/server-metrics/scrape-cost.ts";
import { summarizeServerMetrics } from "../../telemetry/server-metrics/summary.ts";
import { seedServerMetrics } from "./seed-server-metrics.ts";

/** The seed's keys for a server that said these, one a second from 0. */
function seedOf(...texts: string[]) {
  const book = new HistoryBook();
  for (const [i, text] of texts.entries()) book.add(1000 * i, parseExposition(text));
  const about = { url: "", intervalMs: 1000, scrapes: new ScrapeCounts().cost(), problem: null };
  const whole = { startAt: 500, endAt: 1000 * texts.length - 500 };
  return seedServerMetrics(
    summarizeServerMetrics({ ...about, history: book.history }, { whole, steady: null }, "m"),
  );
}

describe("the seed's server metrics", () => {
  const v1 = (n: number) =>
    [
      `vllm:kv_cache_usage_perc ${n / 10}`,
      `vllm:prefix_cache_hits_total ${3 * n}`,
      `vllm:prefix_cache_queries_total ${4 * n}`,
      `vllm:generation_tokens_total ${100 * n * n}`,
      "# TYPE vllm:inter_token_latency_seconds histogram",
      `vllm:inter_token_latency_seconds_bucket{le="0.1"} ${n}`,
      `vllm:inter_token_latency_seconds_bucket{le="+Inf"} ${n}`,
      `vllm:inter_token_latency_seconds_sum ${0.05 * n}`,
      `vllm:inter_token_latency_seconds_count ${n}`,
    ].join("\n");
  const found = seedOf(v1(0), v1(1), v1(2));

  test("keep its names for what vLLM renamed", () => {
    expect(Object.keys(found)).toEqual([
      "vllm:gpu_cache_usage_perc",
      "vllm:time_per_output_token_seconds",
      "vllm:generation_tokens_total",
      "vllm:gpu_prefix_cache_hit_rate",
    ]);
  });

  test("a gauge", () => {
    const gauge = found["vllm:gpu_cache_usage_perc"]!;
    expect(Object.keys(gauge)).toEqual(["Mean", "Median", "Sd", "Min", "Max", "P90", "P95", "P99"]);
    expect(gauge).toMatchObject({
      Median: expect.closeTo(0.15, 9),
      Min: 0.1,
      Max: 0.2,
      Sd: expect.closeTo(0.05, 9),
    });
  });

  test("a histogram", () => {
    const histogram = found["vllm:time_per_output_token_seconds"]!;
    expect(Object.keys(histogram)).toEqual(["Mean", "Median", "Min", "Max", "P90", "P95", "P99"]);
    expect(histogram).toMatchObject({ Mean: expect.closeTo(0.05, 9), Median: 0.05, Min: 0, Max: 0.1 });
  });

  test("a counter: what it grew by, and the rates from scrape to scrape", () => {
    // 400 in the 1.5 s of the run that its scrapes saw.
    expect(found["vllm:generation_tokens_total"]).toEqual({
      ...{
        Sum: 400,
        Rate: expect.closeTo(400 / 1.5, 9),
        Increase: 400,
        Mean: expect.closeTo(400 / 1.5, 9),
        Max: 300,
        Min: 100,
      },
      ...{ P90: 280, P95: 290, P99: 298 },
    });
  });

  test("the hit rate, which vLLM now counts", () => {
    expect(found["vllm:gpu_prefix_cache_hit_rate"]).toMatchObject({ Mean: 0.75, P99: null });
  });

  test("none where nobody looked", () => expect(seedServerMetrics(null)).toEqual({}));
});
