import type { CounterFigures, GaugeFigures, HistogramFigures } from "./figures.ts";
import type { ServerWindow } from "./summary.ts";

/**
 * What servers call the same thing, the first that is there: vLLM V1, vLLM V0, SGLang, TGI, llama.cpp. Times are in seconds, shares from
 * 0 to 1.
 */
const NAMES = {
  running: [
    "vllm:num_requests_running",
    "sglang:num_running_reqs",
    "tgi_batch_current_size",
    "llamacpp:requests_processing",
  ],
  waiting: [
    "vllm:num_requests_waiting",
    "sglang:num_queue_reqs",
    "tgi_queue_size",
    "llamacpp:requests_deferred",
  ],
  kvUsage: [
    "vllm:kv_cache_usage_perc",
    "vllm:gpu_cache_usage_perc",
    "sglang:token_usage",
    "llamacpp:kv_cache_usage_ratio",
  ],
  preemptions: ["vllm:num_preemptions_total", "sglang:num_retracted_requests_total"],
  prefixHits: [
    "vllm:prefix_cache_hits_total",
    "vllm:gpu_prefix_cache_hits_total",
    "sglang:cached_tokens_total",
  ],
  prefixQueries: [
    "vllm:prefix_cache_queries_total",
    "vllm:gpu_prefix_cache_queries_total",
    "sglang:prompt_tokens_total",
  ],
  hitRate: ["vllm:gpu_prefix_cache_hit_rate", "sglang:cache_hit_rate"],
  ttft: ["vllm:time_to_first_token_seconds", "sglang:time_to_first_token_seconds"],
  itl: [
    "vllm:inter_token_latency_seconds",
    "vllm:time_per_output_token_seconds",
    "sglang:inter_token_latency_seconds",
    "tgi_request_mean_time_per_token_duration",
  ],
  finished: ["vllm:request_success_total", "sglang:num_requests_total", "tgi_request_success"],
} as const;

/** What is shown of any server; null where it has no such metric. */
export interface KnownFigures {
  running: GaugeFigures | null;
  waiting: GaugeFigures | null;
  kvUsage: GaugeFigures | null;
  preemptions: CounterFigures | null;
  /** Prompt tokens found in the prefix cache / prompt tokens looked up. */
  prefixHitRate: number | null;
  /** In seconds. */
  ttft: HistogramFigures | null;
  itl: HistogramFigures | null;
  /** Requests that ended well. */
  finished: CounterFigures | null;
}

/** The figures of a window that servers share, whatever they call them. */
export function knownFigures({ metrics }: ServerWindow): KnownFigures {
  const named = (key: keyof typeof NAMES) =>
    NAMES[key].map((name) => metrics[name]).find((one) => one !== undefined);
  const gauge = (key: keyof typeof NAMES) => ofType(named(key), "gauge");
  const counter = (key: keyof typeof NAMES) => ofType(named(key), "counter");
  const histogram = (key: keyof typeof NAMES) => ofType(named(key), "histogram");
  const [hits, queries] = [counter("prefixHits"), counter("prefixQueries")];
  const counted =
    hits !== null && queries !== null && queries.increase > 0 ? hits.increase / queries.increase : null;
  return {
    running: gauge("running"),
    waiting: gauge("waiting"),
    kvUsage: gauge("kvUsage"),
    preemptions: counter("preemptions"),
    prefixHitRate: counted ?? hitRateOf(gauge("hitRate")),
    ttft: histogram("ttft"),
    itl: histogram("itl"),
    finished: counter("finished"),
  };
}

type Figures = ServerWindow["metrics"][string];

function ofType<T extends Figures["type"]>(
  figures: Figures | undefined,
  type: T,
): Extract<Figures, { type: T }> | null {
  return figures?.type === type ? (figures as Extract<Figures, { type: T }>) : null;
}

/** vLLM V0 says -1 where it does not count. */
function hitRateOf(gauge: GaugeFigures | null): number | null {
  return gauge?.mean !== undefined && gauge.mean !== null && gauge.mean >= 0 ? gauge.mean : null;
}
