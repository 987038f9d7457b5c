import type {
  CounterFigures,
  GaugeFigures,
  HistogramFigures,
  MetricFigures,
} from "../../telemetry/server-metrics/figures.ts";
import type { ServerMetricsSummary } from "../../telemetry/server-metrics/summary.ts";

/* The server's metrics in seed 004's keys: its names, which vLLM gave up in part, and its statistics. */

/** The seed's metrics in its order; after each, what a newer vLLM calls the same. */
const METRICS: readonly (readonly [string, ...string[]])[] = [
  ["vllm:cpu_cache_usage_perc"],
  ["vllm:gpu_cache_usage_perc", "vllm:kv_cache_usage_perc"],
  ["vllm:num_requests_waiting"],
  ["vllm:num_requests_running"],
  ["vllm:num_requests_swapped"],
  ["vllm:time_to_first_token_seconds"],
  ["vllm:time_per_output_token_seconds", "vllm:inter_token_latency_seconds"],
  ["vllm:e2e_request_latency_seconds"],
  ["vllm:request_prefill_time_seconds"],
  ["vllm:request_queue_time_seconds"],
  ["vllm:request_decode_time_seconds"],
  ["vllm:request_inference_time_seconds"],
  ["vllm:time_in_queue_requests"],
  ["vllm:request_prompt_tokens"],
  ["vllm:request_generation_tokens"],
  ["vllm:iteration_tokens_total"],
  ["vllm:prompt_tokens_total"],
  ["vllm:generation_tokens_total"],
  ["vllm:request_success_total"],
  ["vllm:num_preemptions_total"],
  ["vllm:cpu_prefix_cache_hit_rate"],
  ["vllm:gpu_prefix_cache_hit_rate"],
  ["vllm:avg_generation_throughput_toks_per_s"],
  ["vllm:avg_prompt_throughput_toks_per_s"],
  ["jetstream_slots_used_percentage"],
  ["jetstream_prefill_backlog_size"],
];

/** vLLM V1 counts what V0 gave as a rate. */
const HIT_RATE = "vllm:gpu_prefix_cache_hit_rate";
const HITS = ["vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total"];
const QUERIES = ["vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total"];

type Statistics = Record<string, number | null>;

/** What the server has of the seed's metrics, over the whole run; empty where nobody looked. */
export function seedServerMetrics(summary: ServerMetricsSummary | null): Record<string, Statistics> {
  const metrics = summary?.whole?.metrics ?? {};
  const entries = METRICS.flatMap(([key, ...others]): [string, Statistics][] => {
    const figures = [key, ...others].map((name) => metrics[name]).find((one) => one !== undefined);
    if (figures !== undefined) return [[key, statisticsOf(figures)]];
    const rate = key === HIT_RATE ? hitRateOf(metrics) : null;
    return rate === null ? [] : [[key, rate]];
  });
  return Object.fromEntries(entries);
}

function statisticsOf(figures: MetricFigures): Statistics {
  switch (figures.type) {
    case "gauge":
      return ofGauge(figures);
    case "counter":
      return ofCounter(figures);
    case "histogram":
      return ofHistogram(figures);
  }
}

function ofGauge({ mean, p50, sd, min, max, p90, p95, p99 }: GaugeFigures): Statistics {
  return { Mean: mean, Median: p50, Sd: sd, Min: min, Max: max, P90: p90, P95: p95, P99: p99 };
}

function ofHistogram({ mean, min, max, p50, p90, p95, p99 }: HistogramFigures): Statistics {
  const [Median, P90, P95, P99] = [p50, p90, p95, p99].map((quantile) => quantile?.value ?? null) as [
    number | null,
    number | null,
    number | null,
    number | null,
  ];
  return { Mean: mean, Median, Min: min, Max: max, P90, P95, P99 };
}

function ofCounter({ increase, ratePerS, ratesPerS }: CounterFigures): Statistics {
  const { max = null, min = null, p90 = null, p95 = null, p99 = null } = ratesPerS ?? {};
  return {
    Sum: increase,
    Rate: ratePerS,
    Increase: increase,
    Mean: ratePerS,
    Max: max,
    Min: min,
    P90: p90,
    P95: p95,
    P99: p99,
  };
}

/** Of the run as a whole: its statistics over time are not known. */
function hitRateOf(metrics: Readonly<Record<string, MetricFigures>>): Statistics | null {
  const increaseOf = (names: readonly string[]) => {
    const figures = names.map((name) => metrics[name]).find((one) => one !== undefined);
    return figures?.type === "counter" ? figures.increase : null;
  };
  const [hits, queries] = [increaseOf(HITS), increaseOf(QUERIES)];
  if (hits === null || queries === null) return null;
  const Mean = queries > 0 ? hits / queries : null;
  return { Mean, Median: null, Sd: null, Min: null, Max: null, P90: null, P95: null, P99: null };
}
