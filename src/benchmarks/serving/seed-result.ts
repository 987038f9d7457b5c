import { population } from "../../analysis/population.ts";
import * as m from "./metrics.ts";
import type { ServingPlan } from "./plan.ts";
import type { FailureClass, RequestRecord } from "./record.ts";
import { seedServerMetrics } from "./seed-server-metrics.ts";
import { eventRatePerS, startsSentAt } from "./sending.ts";
import type { ServingSummary } from "./summary-shape.ts";

/* The result file of AI-Hypercomputer's inference-benchmark (seed 004): its keys, our numbers (METHODS.md lists where they differ). */

/** The model name of the file over all models. */
export const ALL_MODELS = "weighted";

/** What the file says besides the measurement. */
export interface SeedRun {
  /** When the run began, `YYYYmmdd-HHMMSS`. */
  date: string;
  startUnixMs: number;
  backend: string;
  tokenizer: string;
  /** Further dimensions, as the user gave them. */
  metadata: Readonly<Record<string, unknown>>;
}

/** aiohttp's names for how a request failed; all others are `unknown_error`. Bun tells no reset from a close, which the last of these are. */
const ERRORS: Readonly<Record<string, readonly FailureClass[]>> = {
  ClientConnectorError: ["dns", "connect", "tls"],
  TimeoutError: ["timeout-first-token", "timeout-between-chunks", "timeout-total"],
  ContentTypeError: ["parse"],
  ClientOSError: [],
  ServerDisconnectedError: ["reset", "truncated"],
};

/** @param model the name of one of several models, for its requests alone; else `weighted`, or the one model's name, for all */
export function seedResult(
  records: readonly RequestRecord[],
  summary: ServingSummary,
  plan: ServingPlan,
  run: SeedRun,
  model: string,
): Record<string, unknown> {
  const models = summary.models?.map((one) => one.model) ?? [];
  const isOneOfSeveral = models.includes(model);
  const all = records.filter((r) => r.stage === "run" && (!isOneOfSeveral || r.model === model));
  const successes = all.filter((r) => r.failure === null);
  const durationS = summary.whole?.durationS ?? 0;
  const perS = (n: number) => (durationS > 0 ? n / durationS : null);
  const inputs = successes.map((r) => r.usage?.promptTokens ?? r.promptTokens);
  const outputs = successes.map((r) => m.outputTokens(r).count);
  const [inputTokens, outputTokens] = [total(inputs), total(outputs)];
  const of = {
    perTokenMs: statistics(successes.map((r, i) => divided(m.e2elMs(r), inputs[i]! + outputs[i]!))),
    latencyMs: statistics(successes.map(m.e2elMs)),
    ntpotMs: statistics(successes.map(m.ntpotMs)),
    tpotMs: statistics(successes.map(m.tpotMs)),
    input: statistics(inputs),
    output: statistics(outputs),
  };
  const serverMetrics = seedServerMetrics(summary.serverMetrics);
  const request_rate = rateOf(summary);
  const streamed = plan.request.stream
    ? {
        ...keyed("TTFT_ms", statistics(successes.map(m.ttftMs))),
        ...keyed("ITL_ms", gapStatistics(successes)),
      }
    : {};
  const startS = Math.floor(run.startUnixMs / 1000);
  return {
    metrics: {
      num_prompts_attempted: all.length,
      num_prompts_succeeded: successes.length,
      request_rate,
      queries_per_second: eventRatePerS(startsSentAt(all)),
      server_metrics: serverMetrics,
      benchmark_time: durationS,
      throughput_rps: perS(successes.length),
      throughput: perS(outputTokens),
      total_output_token: outputTokens,
      total_input_tokens: inputTokens,
      input_tokens_per_sec: perS(inputTokens),
      total_tokens: inputTokens + outputTokens,
      tokens_per_sec: perS(inputTokens + outputTokens),
      ...keyed("per_token_latency_ms", of.perTokenMs),
      ...streamed,
      ...keyed("latency_ms", of.latencyMs),
      ...keyed("normalized_time_per_output_token_ms", of.ntpotMs),
      ...keyed("input_len", of.input),
      ...keyed("output_len", of.output),
      ...errorsOf(all),
    },
    dimensions: {
      date: run.date,
      backend: run.backend,
      model_id: model,
      tokenizer_id: run.tokenizer,
      tool: `${summary.run.tool} ${summary.run.version}`,
      ...run.metadata,
    },
    config: {
      model,
      num_models: Math.max(1, models.length),
      model_server: run.backend,
      start_time: { seconds: startS, nanos: Math.round(1e6 * (run.startUnixMs - 1000 * startS)) },
    },
    summary_stats: {
      stats: [
        {
          request_rate,
          request_latency: of.latencyMs,
          throughput: { mean: perS(outputTokens) },
          input_length: of.input,
          output_length: of.output,
          tpot: of.tpotMs,
          model_server_metrics: Object.entries(serverMetrics).map(([Name, values]) => ({ Name, ...values })),
        },
      ],
    },
  };
}

/** `benchmark-openai-completions-2.0qps-20261123-084707-org-model.json` */
export function seedFileName(
  prefix: string,
  summary: ServingSummary,
  { backend, date }: Pick<SeedRun, "backend" | "date">,
  model: string,
): string {
  const rate = rateOf(summary);
  const rateText = typeof rate === "string" ? rate : pythonFloat(rate);
  return `${prefix}-${backend}-${rateText}qps-${date}-${modelPart(model)}.json`;
}

/** What of a file's name tells the model. */
export function modelPart(model: string): string {
  return model.replaceAll("/", "-");
}

/** Python writes Infinity for all at once, which is no JSON: "inf", as in vLLM's file. So it is where users, not a rate, make the load. */
function rateOf({ load, sessions }: ServingSummary): number | "inf" {
  return (sessions === null ? load.askedRatePerS : null) ?? "inf";
}

/** A number as Python's str(float) has it. */
export function pythonFloat(value: number): string {
  if (value === 0) return "0.0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e16) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return Number.isInteger(value) ? `${value}.0` : `${value}`;
}

type Statistics = Record<"mean" | "median" | "sd" | "min" | "max" | "p90" | "p99", number | null>;

function statistics(values: readonly (number | null)[]): Statistics {
  const { mean, p50, sd, min, max, p90, p99 } = population(
    Float64Array.from(values.filter((value) => value !== null)).sort(),
  );
  return { mean, median: p50, sd, min, max, p90, p99 };
}

/** Gaps between tokens; of a run whose chunks' tokens are not all known, between chunks. */
function gapStatistics(successes: readonly RequestRecord[]): Statistics {
  const isExact = successes.every((r) => !r.streamed || m.tokensPerChunk(r) !== null);
  const gaps: number[] = [];
  for (const record of successes) (isExact ? m.addTokenGaps : m.addChunkGaps)(record, gaps);
  return statistics(gaps);
}

/** `avg_latency_ms` and so on. */
function keyed(name: string, { mean, ...rest }: Statistics): Record<string, number | null> {
  const others = Object.entries(rest).map(([statistic, value]) => [`${statistic}_${name}`, value]);
  return { [`avg_${name}`]: mean, ...Object.fromEntries(others) };
}

function errorsOf(records: readonly RequestRecord[]): Record<string, number> {
  const classes = records.flatMap(({ failure }) => (failure === null ? [] : [failure.class]));
  const named = Object.entries(ERRORS).map(([name, of]) => [
    name,
    classes.filter((one) => of.includes(one)).length,
  ]);
  const known = new Set(Object.values(ERRORS).flat());
  return { ...Object.fromEntries(named), unknown_error: classes.filter((one) => !known.has(one)).length };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function divided(value: number | null, by: number): number | null {
  return value === null || by === 0 ? null : value / by;
}
