import { eventGaps, figuresOf } from "./definitions.ts";
import { outputTokens } from "./metrics.ts";
import { modelText, type ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import type { ServingSummary } from "./summary-shape.ts";

/** The file's name in the run directory. */
export const VLLM_RESULT_FILE = "vllm-result.json";

/** vLLM's names for its four latencies, and ours. */
const LATENCIES = { TTFT: "ttft", TPOT: "tpot", ITL: "itl", E2EL: "e2el" } as const;

/**
 * The result as `vllm bench serve --save-result --save-detailed` writes it, in its keys and by its definitions (times in ms in
 * the summary, in s in the lists), so that its dashboards and plots read our runs.
 * @param date when the run began, `YYYYmmdd-HHMMSS`
 */
export function vllmResult(
  records: readonly RequestRecord[],
  summary: ServingSummary,
  plan: ServingPlan,
  run: { date: string; backend: string; tokenizer: string },
): Record<string, unknown> {
  const all = records.filter((r) => r.stage === "run");
  const { whole, load, tokens } = summary;
  const successes = all.filter((r) => r.failure === null);
  const input = successes.map(inputTokens).reduce((a, b) => a + b, 0);
  const durationS = whole?.durationS ?? 0;
  const perS = (n: number) => (durationS > 0 ? n / durationS : null);
  const arrival = plan.load.kind === "open" ? plan.load.arrival : null;
  return {
    date: run.date,
    endpoint_type: run.backend,
    backend: run.backend,
    label: null,
    // Whose numbers these are; vLLM allows any further key.
    tool: `${summary.run.tool} ${summary.run.version}`,
    model_id: modelText(plan),
    tokenizer_id: run.tokenizer,
    num_prompts: all.length,
    // Of requests, where only sessions have a rate that was asked for.
    request_rate: (summary.sessions === null ? load.askedRatePerS : null) ?? "inf",
    burstiness: arrival?.kind === "gamma" ? arrival.burstiness : 1,
    max_concurrency: load.concurrency,
    duration: durationS,
    completed: successes.length,
    failed: all.length - successes.length,
    total_input_tokens: input,
    total_output_tokens: tokens.output,
    request_throughput: perS(successes.length),
    request_goodput: whole?.goodput?.perS ?? null,
    output_throughput: perS(tokens.output),
    total_token_throughput: perS(input + tokens.output),
    max_concurrent_requests: load.peakInFlight,
    ...latencies(records),
    input_lens: all.map(inputTokens),
    output_lens: all.map((r) => (r.failure === null ? outputTokens(r).count : 0)),
    ttfts: all.map((r) => seconds(r.streamed ? r.firstByteAt : r.endAt, r.sentAt)),
    itls: all.map(gapsS),
    start_times: all.map((r) => (r.sentAt === null ? null : r.sentAt / 1000)),
    errors: all.map((r) => (r.failure === null ? "" : `${r.failure.class}: ${r.failure.message}`)),
  };
}

function latencies(records: readonly RequestRecord[]): Record<string, number | null> {
  const keys: Record<string, number | null> = {};
  for (const figure of figuresOf("vllm", records).figures) {
    const name = LATENCIES[figure.name as keyof typeof LATENCIES];
    keys[`mean_${name}_ms`] = figure.mean;
    keys[`median_${name}_ms`] = figure.p50;
    keys[`std_${name}_ms`] = figure.sd;
    for (const quantile of ["p50", "p90", "p95", "p99"] as const)
      keys[`${quantile}_${name}_ms`] = figure[quantile];
  }
  return keys;
}

function inputTokens(r: RequestRecord): number {
  return r.usage?.promptTokens ?? r.promptTokens;
}

function seconds(to: number | null, from: number | null): number | null {
  return to === null || from === null ? null : (to - from) / 1000;
}

function gapsS(r: RequestRecord): number[] {
  const gapsMs: number[] = [];
  eventGaps(r, gapsMs);
  return gapsMs.map((ms) => ms / 1000);
}
