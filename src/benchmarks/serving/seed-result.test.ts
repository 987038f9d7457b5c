import { describe, expect, test } from "bun:test";
import { strictJson } from "../../results/strict-json.ts";
import { fakePlan } from "./plan.fake.ts";
import { record } from "./record.fake.ts";
import { pythonFloat, seedFileName, seedResult } from "./seed-result.ts";
import { summarize } from "./summary.ts";
import { fakeContext } from "./summary-context.fake.ts";

const failed = (failure: "connect" | "timeout-total" | "reset" | "http-5xx") =>
  ({ failure: { class: failure, phase: "body", message: "" }, tokens: null, chunkUs: [] }) as const;
const records = [
  record({ index: 0, stage: "warmup", endAt: 5000 }),
  // 3 tokens at 50, 60 and 80 ms, the end at 81 ms; 10 prompt tokens.
  record({ index: 1, tokens: 3, chunkUs: [50_000, 60_000, 80_000], lastTokenAt: 80, endAt: 81 }),
  record({
    index: 2,
    intendedAt: 100,
    sentAt: 100,
    firstByteAt: 120,
    firstTokenAt: 120,
    lastTokenAt: 130,
    endAt: 131,
    chunkUs: [20_000, 30_000],
  }),
  record({
    index: 3,
    intendedAt: 200,
    sentAt: 200,
    endAt: 210,
    firstTokenAt: null,
    lastTokenAt: null,
    ...failed("connect"),
  }),
  record({
    index: 4,
    intendedAt: 300,
    sentAt: 300,
    endAt: 310,
    firstTokenAt: null,
    lastTokenAt: null,
    ...failed("timeout-total"),
  }),
  record({
    index: 5,
    intendedAt: 400,
    sentAt: 400,
    endAt: 410,
    firstTokenAt: null,
    lastTokenAt: null,
    ...failed("reset"),
  }),
  record({
    index: 6,
    intendedAt: 500,
    sentAt: 500,
    endAt: 500,
    firstTokenAt: null,
    lastTokenAt: null,
    ...failed("http-5xx"),
  }),
];
const plan = fakePlan();
const summary = summarize(records, fakeContext({ plan }));
const run = {
  date: "20261123-084707",
  startUnixMs: 1_700_000_000_250,
  backend: "openai-completions",
  tokenizer: "t",
  metadata: { pool: "a3" },
};
// As a reader of the file has it.
// biome-ignore lint/suspicious/noExplicitAny: any key of it.
const result: any = JSON.parse(strictJson(seedResult(records, summary, plan, run, "org/m")));

const STATISTICS = ["avg", "median", "sd", "min", "max", "p90", "p99"];
const all = (name: string) => STATISTICS.map((statistic) => `${statistic}_${name}`);

describe("a run in the keys of inference-benchmark", () => {
  test("has all of them, in its order", () => {
    expect(Object.keys(result)).toEqual(["metrics", "dimensions", "config", "summary_stats"]);
    expect(Object.keys(result.metrics)).toEqual([
      ...[
        "num_prompts_attempted",
        "num_prompts_succeeded",
        "request_rate",
        "queries_per_second",
        "server_metrics",
      ],
      ...["benchmark_time", "throughput_rps", "throughput", "total_output_token", "total_input_tokens"],
      ...["input_tokens_per_sec", "total_tokens", "tokens_per_sec"],
      ...[
        "per_token_latency_ms",
        "TTFT_ms",
        "ITL_ms",
        "latency_ms",
        "normalized_time_per_output_token_ms",
      ].flatMap(all),
      ...["input_len", "output_len"].flatMap(all),
      ...[
        "ClientConnectorError",
        "TimeoutError",
        "ContentTypeError",
        "ClientOSError",
        "ServerDisconnectedError",
      ],
      "unknown_error",
    ]);
    expect(result.dimensions).toEqual({
      date: "20261123-084707",
      backend: "openai-completions",
      model_id: "org/m",
      tokenizer_id: "t",
      tool: "inferbench 0",
      pool: "a3",
    });
    expect(result.config).toEqual({
      model: "org/m",
      num_models: 1,
      model_server: "openai-completions",
      start_time: { seconds: 1_700_000_000, nanos: 250_000_000 },
    });
  });

  test("with numbers over successes, the warm-up left out", () => {
    expect(result.metrics).toMatchObject({
      num_prompts_attempted: 6,
      num_prompts_succeeded: 2,
      request_rate: 100,
      // From the first intended send to the last end.
      benchmark_time: 0.5,
      throughput_rps: 4,
      total_output_token: 5,
      total_input_tokens: 20,
      throughput: 10,
      tokens_per_sec: 50,
      avg_TTFT_ms: 35,
      min_TTFT_ms: 20,
      avg_ITL_ms: (10 + 20 + 10) / 3,
      avg_latency_ms: 56,
      sd_latency_ms: expect.closeTo(25, 9),
      avg_per_token_latency_ms: (81 / 13 + 31 / 12) / 2,
      avg_normalized_time_per_output_token_ms: (81 / 3 + 31 / 2) / 2,
      ClientConnectorError: 1,
      TimeoutError: 1,
      ContentTypeError: 0,
      ClientOSError: 0,
      ServerDisconnectedError: 1,
      unknown_error: 1,
    });
  });

  test("tpot is time per output token, where the seed's was latency over tokens", () => {
    const [stats] = result.summary_stats.stats;
    expect([stats.tpot.mean, stats.tpot.max]).toEqual([(15 + 10) / 2, 15]);
    expect([stats.request_latency.median, stats.throughput.mean]).toEqual([56, 10]);
    expect(Object.keys(stats.tpot)).toEqual(["mean", "median", "sd", "min", "max", "p90", "p99"]);
  });

  test("what was not measured is null, and not 0", () => {
    const none = records.filter(({ failure }) => failure !== null);
    const text = strictJson(seedResult(none, summarize(none, fakeContext({ plan })), plan, run, "m"));
    expect(JSON.parse(text).metrics).toMatchObject({
      num_prompts_succeeded: 0,
      avg_latency_ms: null,
      p99_TTFT_ms: null,
    });
  });

  test("without a stream there is no TTFT and no ITL", () => {
    const whole = fakePlan({ request: { ...plan.request, stream: false } });
    const { metrics } = seedResult(records, summary, whole, run, "m") as { metrics: object };
    expect(Object.keys(metrics).filter((key) => /TTFT|ITL/.test(key))).toEqual([]);
  });
});

describe("its file", () => {
  test("is named as the seed's", () => {
    expect(seedFileName("benchmark", summary, run, "org/m")).toBe(
      "benchmark-openai-completions-100.0qps-20261123-084707-org-m.json",
    );
    const all = { ...summary, load: { ...summary.load, askedRatePerS: null } };
    expect(seedFileName("x", all, run, "weighted")).toBe(
      "x-openai-completions-infqps-20261123-084707-weighted.json",
    );
  });

  test.each([
    [1, "1.0"],
    [0.5, "0.5"],
    [2.25, "2.25"],
    [0.00001, "1e-05"],
    [1e16, "1e+16"],
    [1e15, "1000000000000000.0"],
    [0.0001, "0.0001"],
  ])("%p as Python writes it", (value, text) => expect(pythonFloat(value)).toBe(text));
});
