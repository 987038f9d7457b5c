import type { EngineState } from "../engine/engine.ts";
import { Histogram } from "./histogram.ts";

/** Bucket bounds in seconds, as in vllm/v1/metrics/loggers.py. */
const TTFT_BOUNDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
  2560,
];
const TOKEN_BOUNDS = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
];
const REQUEST_BOUNDS = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
];

/** Why the engine let go of a request. */
export type EngineFinish = "stop" | "length" | "abort" | "error";

/** Instants of a request that is over, ms on the clock; null where it did not come so far. */
export interface RequestInstants {
  readonly receivedAtMs: number;
  readonly admittedAtMs: number | null;
  readonly firstTokenAtMs: number | null;
  readonly lastTokenAtMs: number | null;
  readonly endAtMs: number;
  readonly outputTokens: number;
}

/** Counters and histograms under the names that vLLM's V1 engine gives them. */
export class ServerMetrics {
  private readonly labels: string;
  private promptTokens = 0;
  private generationTokens = 0;
  private prefixQueries = 0;
  private prefixHits = 0;
  private readonly finished: Record<EngineFinish, number> = { stop: 0, length: 0, abort: 0, error: 0 };
  private readonly ttft = new Histogram(TTFT_BOUNDS);
  private readonly itl = new Histogram(TOKEN_BOUNDS);
  private readonly tpot = new Histogram(TOKEN_BOUNDS);
  private readonly e2e = new Histogram(REQUEST_BOUNDS);
  private readonly queue = new Histogram(REQUEST_BOUNDS);
  private readonly inference = new Histogram(REQUEST_BOUNDS);
  private readonly prefill = new Histogram(REQUEST_BOUNDS);
  private readonly decode = new Histogram(REQUEST_BOUNDS);

  constructor(modelName: string) {
    this.labels = `engine="0",model_name="${modelName.replace(/["\\\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`;
  }

  /** A request's first token: as in vLLM, this is where its prompt counts as processed. */
  firstToken(promptTokens: number, sinceReceivedMs: number): void {
    this.promptTokens += promptTokens;
    this.generationTokens++;
    this.ttft.observe(sinceReceivedMs / 1000);
  }

  /** The prefix cache was asked for a prompt. */
  prefixLookedUp(promptTokens: number, cachedTokens: number): void {
    this.prefixQueries += promptTokens;
    this.prefixHits += cachedTokens;
  }

  laterToken(sincePreviousMs: number): void {
    this.generationTokens++;
    this.itl.observe(sincePreviousMs / 1000);
  }

  /** A request that the engine had taken is over. */
  requestEnded(finish: EngineFinish, instants: RequestInstants): void {
    this.finished[finish]++;
    const { receivedAtMs, admittedAtMs, firstTokenAtMs, lastTokenAtMs, outputTokens } = instants;
    this.e2e.observe((instants.endAtMs - receivedAtMs) / 1000);
    if (admittedAtMs === null) return;
    this.queue.observe((admittedAtMs - receivedAtMs) / 1000);
    if (firstTokenAtMs === null || lastTokenAtMs === null) return;
    const decodeMs = lastTokenAtMs - firstTokenAtMs;
    this.prefill.observe((firstTokenAtMs - admittedAtMs) / 1000);
    this.decode.observe(decodeMs / 1000);
    this.inference.observe((lastTokenAtMs - admittedAtMs) / 1000);
    if (outputTokens > 1) this.tpot.observe(decodeMs / 1000 / (outputTokens - 1));
  }

  /** The text format of Prometheus, with the engine's gauges of this instant. */
  exposition(engine: EngineState): string {
    const { labels } = this;
    const out: string[] = [];
    const series = (type: string, name: string, help: string, lines: string[]) =>
      out.push(`# HELP vllm:${name} ${help}`, `# TYPE vllm:${name} ${type}`, ...lines);
    const single = (type: string, name: string, help: string, value: number) =>
      series(type, name, help, [`vllm:${name}{${labels}} ${value}`]);
    const histogram = (name: string, help: string, data: Histogram) =>
      series("histogram", name, help, data.lines(`vllm:${name}`, labels));
    single("gauge", "num_requests_running", "Requests in the running batch.", engine.running);
    single("gauge", "num_requests_waiting", "Requests that wait for the engine.", engine.waiting);
    const usage = Math.min(1, engine.cacheTokens / engine.cacheCapacityTokens);
    single("gauge", "kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", usage);
    single("counter", "num_preemptions_total", "Preemptions by the engine.", engine.preemptions);
    single("counter", "prompt_tokens_total", "Prompt tokens processed.", this.promptTokens);
    single("counter", "generation_tokens_total", "Tokens generated.", this.generationTokens);
    single(
      "counter",
      "prefix_cache_queries_total",
      "Prompt tokens looked up in the prefix cache.",
      this.prefixQueries,
    );
    single("counter", "prefix_cache_hits_total", "Prompt tokens found in the prefix cache.", this.prefixHits);
    const reasons = Object.entries(this.finished).map(
      ([reason, count]) => `vllm:request_success_total{${labels},finished_reason="${reason}"} ${count}`,
    );
    series("counter", "request_success_total", "Requests that ended, by reason.", reasons);
    histogram("time_to_first_token_seconds", "Time to first token in seconds.", this.ttft);
    histogram("inter_token_latency_seconds", "Inter-token latency in seconds.", this.itl);
    histogram("time_per_output_token_seconds", "Older name of the inter-token latency.", this.itl);
    histogram("request_time_per_output_token_seconds", "Time per output token of a request.", this.tpot);
    histogram("e2e_request_latency_seconds", "Latency of whole requests in seconds.", this.e2e);
    histogram("request_queue_time_seconds", "Time spent waiting in seconds.", this.queue);
    histogram("request_inference_time_seconds", "Time spent running in seconds.", this.inference);
    histogram("request_prefill_time_seconds", "Time spent in prefill in seconds.", this.prefill);
    histogram("request_decode_time_seconds", "Time spent in decode in seconds.", this.decode);
    return `${out.join("\n")}\n`;
  }
}
