import * as v from "valibot";
import { population } from "../../analysis/population.ts";
import { formulaOf } from "../../benchmarks/serving/definitions.ts";
import { amount, amounts, number, rate, text } from "./fields.ts";
import { type ForeignMetric, type ForeignResult, NO_INTERVALS } from "./result.ts";
import { vllmDetails } from "./vllm-details.ts";

/*
 * `vllm bench serve --save-result`, in Python and in Rust (vllm-rs), and what writes its keys.
 * Source: vLLM `vllm/benchmarks/serve.py`; files of vLLM 0.32 in fixtures/results.
 */

const Fields = v.looseObject({
  num_prompts: amount,
  model_id: v.string(),
  duration: amount,
  completed: amount,
  date: text,
  backend: text,
  endpoint_type: text,
  request_rate: rate,
  burstiness: number,
  max_concurrency: number,
  failed: number,
  request_throughput: number,
  request_goodput: number,
  output_throughput: number,
  /** In files of inferbench: who measured. */
  tool: text,
  output_lens: amounts,
  input_lens: amounts,
  ttfts: amounts,
  latencies: amounts,
  start_times: amounts,
  itls: v.optional(v.nullable(v.array(v.nullable(v.array(amount)))), null),
  errors: v.optional(v.nullable(v.array(v.nullable(v.string()))), null),
});

/** Times and rates that every metric has, by keys such as `mean_ttft_ms`. */
const File = v.pipe(
  Fields,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const isOne = (key: string) => /_(ms|throughput|goodput)$/.test(key);
    const found = Object.entries(dataset.value).find(
      ([key, value]) => isOne(key) && typeof value === "number" && value < 0,
    );
    if (found !== undefined)
      addIssue({ message: `${found[0]} is ${found[1]}, and no time or rate is below 0` });
  }),
);

export type VllmFile = v.InferOutput<typeof File>;

/** Keys that tell such a file. */
export const VLLM_KEYS = ["num_prompts", "model_id", "duration", "completed"] as const;

const METRICS = [
  ["ttft", "TTFT", "ttft", formulaOf("vllm", "TTFT")],
  ["tpot", "TPOT", "tpot", formulaOf("vllm", "TPOT")],
  ["itl", "ITL", "icl", formulaOf("vllm", "ITL")],
  ["e2el", "E2EL", "e2el", formulaOf("vllm", "E2EL")],
  ["ntpot", "NTPOT", "ntpot", "latency / output tokens; computed here, vLLM has none"],
] as const;

const QUANTILES = ["p50", "p90", "p95", "p99"] as const;

/** @throws the schema's issues as ValiError */
export function resultOfVllm(content: unknown): Omit<ForeignResult, "path" | "name"> {
  const file = v.parse(File, content);
  const failed = file.failed ?? Math.max(0, file.num_prompts - file.completed);
  const details = vllmDetails(file, failed);
  const metrics = METRICS.flatMap(([key, name, nearest, definition]) => {
    const metric = metricOf(file, key, details?.values[key] ?? null);
    return metric === null ? [] : [{ name, nearest, definition, ...metric }];
  });
  const isOurs = file.tool?.startsWith("inferbench") ?? false;
  return {
    measuredBy: isOurs ? `${file.tool}, by vLLM's definitions` : "vllm bench serve",
    startedAt: dateOf(file.date),
    backend: file.backend ?? file.endpoint_type,
    model: file.model_id,
    load: {
      askedRatePerS: file.request_rate,
      achievedRatePerS: details?.sentPerS ?? null,
      concurrency: file.max_concurrency,
    },
    durationS: file.duration,
    requests: { total: file.num_prompts, succeeded: file.completed, failed },
    requestThroughputPerS: file.request_throughput,
    outputThroughputPerS: file.output_throughput,
    goodPerS: file.request_goodput,
    cost: null,
    metrics,
    notes: notesOf(file, metrics, details !== null),
    records: details?.records ?? null,
  };
}

function metricOf(
  file: VllmFile,
  key: (typeof METRICS)[number][0],
  values: Float64Array | null,
): Omit<ForeignMetric, "name" | "nearest" | "definition"> | null {
  const keyed = (statistic: string) => {
    const value = (file as Record<string, unknown>)[`${statistic}_${key}_ms`];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  // vLLM writes 0 where nothing succeeded.
  if (file.completed === 0) return null;
  const known = values === null || values.length === 0 ? null : population(values);
  const quantiles = Object.fromEntries(
    QUANTILES.map((name) => [
      name,
      keyed(name) ?? (name === "p50" ? keyed("median") : null) ?? known?.[name] ?? null,
    ]),
  );
  const mean = keyed("mean") ?? known?.mean ?? null;
  if (mean === null && Object.values(quantiles).every((value) => value === null)) return null;
  // One value for each success, by the formulas of these two.
  const n = key === "ttft" || key === "e2el" ? file.completed : (known?.n ?? null);
  const { min = null, max = null } = known ?? {};
  return { unit: "ms", n, mean, sd: keyed("std") ?? known?.sd ?? null, min, max, quantiles };
}

function notesOf(file: VllmFile, metrics: readonly { name: string }[], hasLists: boolean): string[] {
  const has = (name: string) => metrics.some((metric) => metric.name === name);
  return [
    NO_INTERVALS,
    "Rates are over the whole time from the first send to the last answer.",
    ...(has("TTFT") ? ["TTFT may be of a chunk without a token, where the server sends one first."] : []),
    ...(has("ITL")
      ? [
          "ITL is of events, not of tokens; a server that ends with an empty chunk adds a gap of about 0 an answer: its mean is below ours, and ICL comes nearest.",
        ]
      : []),
    ...(has("TPOT") ? ["sd has n in the denominator."] : []),
    ...(hasLists ? ["What is not among the file's totals is computed here from its lists of requests."] : []),
    ...(file.request_rate === null && file.max_concurrency !== null
      ? ["Requests that waited for a free slot in the client are counted from their send."]
      : []),
  ];
}

/** `20261123-084707` is local time somewhere; vllm-rs writes ISO 8601. */
function dateOf(date: string | null): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(date ?? "");
  return match === null
    ? date
    : `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}:${match[6]}, local time`;
}
