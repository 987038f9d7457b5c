import * as v from "valibot";
import { formulaOf } from "../../benchmarks/serving/definitions.ts";
import { amount, number, rate, text } from "./fields.ts";
import { type ForeignMetric, type ForeignResult, NO_INTERVALS } from "./result.ts";

/*
 * Result files of AI-Hypercomputer's inference-benchmark (seed 004), and what writes its keys.
 * Source: its benchmark_serving.py, save_json_results; older versions name and scale some keys otherwise.
 */

/** What a date can be of. */
const LAST_UNIX_S = 8.64e12;
const unixSeconds = v.pipe(
  number,
  v.check((s) => s === null || Math.abs(s) <= LAST_UNIX_S, "no instant that a date has"),
);

const File = v.object({
  metrics: v.looseObject({
    num_prompts_succeeded: amount,
    num_prompts_attempted: number,
    benchmark_time: amount,
    request_rate: rate,
    queries_per_second: number,
    throughput_rps: number,
    throughput: number,
  }),
  dimensions: v.optional(
    v.object({ date: text, backend: text, model_id: text, tokenizer_id: text, tool: text }),
    {},
  ),
  config: v.optional(
    v.object({
      model: text,
      model_server: text,
      start_time: v.optional(v.nullable(v.object({ seconds: unixSeconds, nanos: number })), null),
    }),
    {},
  ),
  summary_stats: v.optional(
    v.object({ stats: v.optional(v.array(v.object({ request_rate: rate })), []) }),
    {},
  ),
});

type Metrics = v.InferOutput<typeof File>["metrics"];

/** Keys that tell such a file, below `metrics`. */
export const SEED_KEYS = ["num_prompts_succeeded", "benchmark_time"] as const;

interface Known {
  name: string;
  nearest: ForeignMetric["nearest"];
  unit: "ms" | "tokens";
  /** The key's end, and what makes its values `unit`; the first that is there is read. */
  keys: readonly (readonly [string, number])[];
  /** Whether there is one value for each success. */
  onePerSuccess: boolean;
}

const METRICS: readonly Known[] = [
  {
    name: "TTFT",
    nearest: "ttft",
    unit: "ms",
    keys: [
      ["TTFT_ms", 1],
      ["TTFT", 1000],
    ],
    onePerSuccess: true,
  },
  {
    name: "ITL",
    nearest: "icl",
    unit: "ms",
    keys: [
      ["ITL_ms", 1],
      ["ITL", 1000],
    ],
    onePerSuccess: false,
  },
  {
    name: "NTPOT",
    nearest: "ntpot",
    unit: "ms",
    keys: [
      ["normalized_time_per_output_token_ms", 1],
      ["per_output_token_latency", 1],
    ],
    onePerSuccess: true,
  },
  {
    name: "per-token latency",
    nearest: null,
    unit: "ms",
    keys: [
      ["per_token_latency_ms", 1],
      ["per_token_latency", 1000],
    ],
    onePerSuccess: true,
  },
  {
    name: "latency",
    nearest: "e2el",
    unit: "ms",
    keys: [
      ["latency_ms", 1],
      ["latency", 1],
    ],
    onePerSuccess: true,
  },
  ...(["input", "output"] as const).map(
    (which): Known => ({
      name: `${which} length`,
      nearest: null,
      unit: "tokens",
      keys: [[`${which}_len`, 1]],
      onePerSuccess: true,
    }),
  ),
];

/** @throws the schema's issues as ValiError */
export function resultOfSeed(content: unknown): Omit<ForeignResult, "path" | "name"> {
  const { metrics: m, dimensions, config, summary_stats } = v.parse(File, content);
  const { num_prompts_succeeded: succeeded, benchmark_time: durationS } = m;
  const total = m.num_prompts_attempted ?? succeeded;
  const tool = dimensions.tool;
  const model = dimensions.model_id ?? config.model ?? null;
  const isOurs = tool?.startsWith("inferbench") ?? false;
  return {
    measuredBy: isOurs ? `${tool}, in the seed's keys` : "inference-benchmark (AI-Hypercomputer)",
    startedAt: startOf(config.start_time ?? null, dimensions.date ?? null),
    backend: dimensions.backend ?? config.model_server ?? null,
    model: model === "weighted" ? "all models" : model,
    load: {
      askedRatePerS: m.request_rate ?? summary_stats.stats?.[0]?.request_rate ?? null,
      achievedRatePerS: m.queries_per_second,
      concurrency: null,
    },
    durationS,
    requests: { total, succeeded, failed: Math.max(0, total - succeeded) },
    requestThroughputPerS: m.throughput_rps,
    outputThroughputPerS: m.throughput,
    goodPerS: null,
    cost: null,
    metrics: METRICS.flatMap((known) => metricOf(m, known, isOurs)),
    notes: isOurs ? [NO_INTERVALS] : notesOf(m, model),
    records: null,
  };
}

function metricOf(metrics: Metrics, known: Known, isOurs: boolean): ForeignMetric[] {
  const { keys, onePerSuccess, ...named } = known;
  const found = keys.find(([key]) => typeof metrics[`avg_${key}`] === "number");
  // It writes 0 where nothing was measured.
  if (found === undefined || metrics.num_prompts_succeeded === 0 || metrics[`max_${found[0]}`] === 0)
    return [];
  const [key, scale] = found;
  const of = (statistic: string) => {
    const value = metrics[`${statistic}_${key}`];
    return typeof value === "number" && Number.isFinite(value) ? scale * value : null;
  };
  return [
    {
      ...named,
      definition: isOurs ? "as METHODS.md of inferbench has it" : definitionOf(named),
      n: onePerSuccess ? metrics.num_prompts_succeeded : null,
      mean: of("avg"),
      sd: of("sd"),
      min: of("min"),
      max: of("max"),
      quantiles: { p50: of("median"), p90: of("p90"), p99: of("p99") },
    },
  ];
}

function definitionOf({ name, unit }: Pick<Known, "name" | "unit">): string {
  return unit === "tokens" ? "tokens by the client's tokenizer" : formulaOf("seed", name);
}

function notesOf(m: Metrics, model: string | null): string[] {
  const { throughput_rps: shown, num_prompts_attempted: total, num_prompts_succeeded: ok } = m;
  const hasGaps = "avg_ITL_ms" in m || "avg_ITL" in m;
  const isOfAll = shown !== null && total !== null && Math.abs(shown * m.benchmark_time - ok) > 0.5;
  return [
    NO_INTERVALS,
    "sd has n in the denominator. Rates are over the whole time.",
    "Each latency, and TTFT, has the making of a connection in it.",
    ...(hasGaps ? ["ITL has one gap more an answer, up to the chunk with [DONE]."] : []),
    "Output tokens are those of the answer's text, read again by its tokenizer.",
    "What it calls tpot is NTPOT. The cost that it prints forgets the 3,600 seconds of an hour: divide by 3,600.",
    ...(isOfAll
      ? [
          `Its requests per second are of all requests that were asked for, not of those that succeeded${model === "weighted" ? "" : ", and of all models"}.`,
        ]
      : []),
  ];
}

function startOf(start: { seconds: number | null; nanos: number | null } | null, date: string | null) {
  return start?.seconds ? new Date(1000 * start.seconds).toISOString() : date;
}
