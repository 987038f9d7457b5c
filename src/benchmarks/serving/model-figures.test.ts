import { expect, test } from "bun:test";
import { modelFigures } from "./model-figures.ts";
import { fakePlan } from "./plan.fake.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { columnsOf, rowOf } from "./rows.ts";
import { seedResult } from "./seed-result.ts";
import { parseSlos } from "./slo.ts";
import { summarize } from "./summary.ts";
import { fakeContext } from "./summary-context.fake.ts";
import { vllmResult } from "./vllm-result.ts";

const trafficSplit = { models: ["org/slow", "fast", "idle"], weights: [0.6, 0.3, 0.1] };
const plan = fakePlan({ trafficSplit });

/** At 100 ms each: every third of `fast`, whose TTFT is 20 ms, the others of `org/slow` with 50 ms; three of these fail. */
const records: RequestRecord[] = Array.from({ length: 30 }, (_, index) => {
  const at = 100 * index;
  const isFast = index % 3 === 2;
  const ttft = isFast ? 20 : 50;
  const isFailed = index % 10 === 0;
  return record({
    index,
    model: isFast ? "fast" : "org/slow",
    intendedAt: at,
    sentAt: at,
    firstByteAt: at + ttft,
    firstTokenAt: isFailed ? null : at + ttft,
    lastTokenAt: isFailed ? null : at + ttft + 10,
    endAt: at + ttft + 11,
    chunkUs: isFailed ? [] : [1000 * ttft, 1000 * (ttft + 10)],
    ...(isFailed
      ? { tokens: null, failure: { class: "http-5xx", phase: "connect", message: "" } as const }
      : {}),
  });
});
const failedBy = (model: string) => records.filter((r) => r.model === model && r.failure !== null).length;
const summary = summarize(records, fakeContext({ plan }));

test("each model's own requests, rates and latencies, in the order of the split", () => {
  const [slow, fast, idle] = summary.models!;
  expect(summary.models!.map(({ model }) => model)).toEqual(trafficSplit.models);
  expect(slow!.requests).toMatchObject({ total: 20, failed: failedBy("org/slow") });
  expect(fast!.requests).toMatchObject({ total: 10, failed: failedBy("fast") });
  const { durationS, requests, requestThroughputPerS, outputThroughputPerS } = summary.whole!;
  expect(slow!.requestThroughputPerS).toBe(slow!.requests.succeeded / durationS);
  const sum = (of: (m: NonNullable<typeof slow>) => number) =>
    summary.models!.reduce((total, one) => total + of(one), 0);
  expect(sum((one) => one.requests.total)).toBe(requests.total);
  expect(sum((one) => one.requestThroughputPerS)).toBeCloseTo(requestThroughputPerS, 9);
  expect(sum((one) => one.outputThroughputPerS)).toBeCloseTo(outputThroughputPerS, 9);
  expect([slow!.metrics.ttft!.mean, fast!.metrics.ttft!.mean]).toEqual([50, 20]);
  expect(slow!.metrics.ttft!.n + fast!.metrics.ttft!.n).toBe(summary.whole!.metrics.ttft!.n);
  expect([fast!.metrics.tpot!.mean, fast!.metrics.e2el!.mean]).toEqual([10, 31]);
  expect(idle).toMatchObject({
    askedShare: 0.1,
    requests: { total: 0 },
    requestThroughputPerS: 0,
    metrics: { ttft: null, tpot: null, e2el: null },
  });
});

test("shares asked for beside shares sent, with their interval", () => {
  const [slow, , idle] = summary.models!;
  expect([slow!.askedShare, slow!.sentShare.value]).toEqual([0.6, 20 / 30]);
  expect([slow!.sentShare.low! < 0.6, slow!.sentShare.high! > 20 / 30]).toEqual([true, true]);
  expect([idle!.sentShare.value, idle!.sentShare.low]).toEqual([0, 0]);
});

test("of conversations, sessions are counted", () => {
  const turns = [0, 1, 2].map((turn) => record({ model: "fast", session: 0, turn, turns: 3 }));
  const run = [...turns, record({ model: "org/slow", session: 1, turn: 0, turns: 1 })];
  const [slow, fast] = modelFigures(run, { startAt: 0, endAt: 1000 }, trafficSplit, null);
  expect([slow!.sentShare.value, fast!.sentShare.value]).toEqual([0.5, 0.5]);
  expect([slow!.requests.total, fast!.requests.total]).toEqual([1, 3]);
});

test("each has its own goodput", () => {
  const slos = parseSlos("ttft=30ms");
  const [slow, fast] = modelFigures(records, { startAt: 0, endAt: 1000 }, trafficSplit, slos);
  expect([slow!.goodput!.good, fast!.goodput!.good]).toEqual([0, 10 - failedBy("fast")]);
});

test("with one model there are none", () => {
  expect(summarize(records, fakeContext()).models).toBeNull();
  expect(summarize([], fakeContext({ plan })).models).toBeNull();
});

test("the table of requests has a column for the model where there are several", () => {
  expect(columnsOf(plan)).toEqual([...columnsOf(fakePlan()), "model"]);
  const row = rowOf(records[2]!, (ms) => ms);
  expect([row.length, row.at(-1)]).toEqual([columnsOf(plan).length, "fast"]);
  expect(rowOf(record(), (ms) => ms)).toHaveLength(columnsOf(fakePlan()).length);
});

test("seed 004's files: one over all, and each model's own numbers, all that were tried among them", () => {
  const run = {
    date: "20261123-084707",
    startUnixMs: 1_700_000_000_250,
    backend: "openai-completions",
    tokenizer: "t",
    metadata: {},
  };
  const of = (model: string) =>
    seedResult(records, summary, plan, run, model) as {
      metrics: Record<string, number>;
      config: object;
      dimensions: object;
    };
  const [all, slow, fast] = [of("weighted"), of("org/slow"), of("fast")];
  expect([all, slow, fast].map(({ metrics }) => metrics.num_prompts_attempted)).toEqual([30, 20, 10]);
  expect([slow, fast].map(({ metrics }) => metrics.num_prompts_succeeded)).toEqual([
    20 - failedBy("org/slow"),
    10 - failedBy("fast"),
  ]);
  expect([slow.metrics.avg_TTFT_ms, fast.metrics.avg_TTFT_ms]).toEqual([50, 20]);
  const keys = ["throughput_rps", "throughput", "total_output_token", "unknown_error"] as const;
  for (const key of keys) expect(slow.metrics[key]! + fast.metrics[key]!).toBeCloseTo(all.metrics[key]!, 9);
  expect(slow.metrics.benchmark_time).toBe(all.metrics.benchmark_time!);
  expect(all.metrics.queries_per_second).toBeCloseTo(10, 9);
  expect(fast.metrics.queries_per_second).toBeCloseTo(10 / 3, 9);
  expect(slow.config).toMatchObject({ model: "org/slow", num_models: 3 });
  expect(all.config).toMatchObject({ model: "weighted", num_models: 3 });
  expect(fast.dimensions).toMatchObject({ model_id: "fast" });
});

test("vLLM's file names them all", () => {
  const run = { date: "", backend: "vllm", tokenizer: "t" };
  expect(vllmResult(records, summary, plan, run).model_id).toBe("org/slow,fast,idle");
});
