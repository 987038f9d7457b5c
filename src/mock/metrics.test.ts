import { expect, test } from "bun:test";
import { parseFault } from "./faults/parse.ts";
import { startMock } from "./server.ts";
import { COMPLETIONS, promptBody, stream } from "./testing/client.ts";
import type { TruthRecord } from "./truth/truth-record.ts";

/** Every sample of an exposition by its name and labels; throws on a line that is none. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (/^# (HELP|TYPE) \S+ \S/.test(line)) continue;
    const match = /^(vllm:\w+)\{((?:\w+="(?:[^"\\]|\\.)*",?)+)\} (\S+)$/.exec(line);
    if (match === null || Number.isNaN(Number(match[3]))) throw new Error(`no sample: ${line}`);
    found.set(
      `${match[1]}{${match[2]!.replace(/engine="0",model_name="(?:[^"\\]|\\.)*",?/, "").replace(/,$/, "")}}`,
      Number(match[3]),
    );
  }
  return found;
}

test("the counters and histograms agree with what was asked and with the truth", async () => {
  const truths: TruthRecord[] = [];
  const mock = await startMock({
    engine: { kind: "fixed", ttftMs: 20, itlMs: 4 },
    outputDist: "fixed",
    outputTokens: 6,
    faults: [parseFault("reset:2@5")],
    onTruth: (truth) => truths.push(truth),
  });
  for (const tokens of [3, 5, 9, 10, 8]) await stream(mock.port, COMPLETIONS, promptBody(tokens));
  const found = samples(await (await fetch(`${mock.url}/metrics`)).text());
  await mock.stop();
  const value = (name: string, labels = "") => found.get(`vllm:${name}{${labels}}`);
  const tokens = truths.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  expect(tokens).toBe(3 + 5 + 6 + 6 + 2);
  expect(value("generation_tokens_total")).toBe(tokens);
  expect(value("prompt_tokens_total")).toBe(15);
  expect(value("request_success_total", 'finished_reason="length"')).toBe(2);
  expect(value("request_success_total", 'finished_reason="stop"')).toBe(2);
  expect(value("request_success_total", 'finished_reason="error"')).toBe(1);
  expect(value("time_to_first_token_seconds_count")).toBe(5);
  expect(value("inter_token_latency_seconds_count")).toBe(tokens - 5);
  const ttftS = truths.reduce(
    (sum, { firstTokenAt, receivedAt }) => sum + (firstTokenAt! - receivedAt) / 1000,
    0,
  );
  expect(value("time_to_first_token_seconds_sum")).toBeCloseTo(ttftS, 9);
  const e2eS = truths.reduce((sum, { endAt, receivedAt }) => sum + (endAt - receivedAt) / 1000, 0);
  expect(value("e2e_request_latency_seconds_sum")).toBeCloseTo(e2eS, 9);
  expect(value("time_to_first_token_seconds_bucket", 'le="0.01"')).toBe(0);
  expect(value("time_to_first_token_seconds_bucket", 'le="+Inf"')).toBe(5);
  expect(value("time_to_first_token_seconds_bucket", 'le="1.0"')).toBe(5);
  for (const gauge of [
    "num_requests_running",
    "num_requests_waiting",
    "kv_cache_usage_perc",
    "num_preemptions_total",
  ]) {
    expect(value(gauge)).toBe(0);
  }
  for (const phase of ["queue", "prefill", "decode", "inference"]) {
    expect(value(`request_${phase}_time_seconds_count`)).toBe(5);
  }
});

test("the prefix cache counts tokens that it is asked for and tokens that it has", async () => {
  const mock = await startMock({ engine: { kind: "fixed", ttftMs: 2, itlMs: 1 }, hasPrefixCache: true });
  const prompt = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
  for (let i = 0; i < 2; i++) await stream(mock.port, COMPLETIONS, promptBody(3, { prompt }));
  const found = samples(await (await fetch(`${mock.url}/metrics`)).text());
  await mock.stop();
  expect(found.get("vllm:prefix_cache_queries_total{}")).toBe(80);
  // Whole blocks of 16, of the second one.
  expect(found.get("vllm:prefix_cache_hits_total{}")).toBe(32);
});

test("the gauges show the engine as it is, and the model's name is escaped", async () => {
  const mock = await startMock({
    models: ['a"b\\c'],
    engine: {
      kind: "batching",
      maxNumSeqs: 2,
      maxBatchedTokens: 8192,
      prefillTokensPerS: 1e6,
      stepBaseMs: 20,
      stepPerSeqMs: 0,
    },
    kvTokens: 100,
  });
  const streams = [1, 2, 3].map(() => stream(mock.port, COMPLETIONS, promptBody(20)));
  let text = "";
  let seen: Map<string, number>;
  do {
    text = await (await fetch(`${mock.url}/metrics`)).text();
    seen = samples(text);
  } while ((seen.get("vllm:generation_tokens_total{}") ?? 0) < 5);
  expect(text).toContain('model_name="a\\"b\\\\c"');
  expect(seen.get("vllm:num_requests_running{}")).toBe(2);
  expect(seen.get("vllm:num_requests_waiting{}")).toBe(1);
  expect(seen.get("vllm:kv_cache_usage_perc{}")).toBeGreaterThan(0.05);
  expect(seen.get("vllm:kv_cache_usage_perc{}")).toBeLessThan(0.5);
  await Promise.all(streams);
  const idle = samples(await (await fetch(`${mock.url}/metrics`)).text());
  expect(idle.get("vllm:num_requests_running{}")).toBe(0);
  expect(idle.get("vllm:kv_cache_usage_perc{}")).toBe(0);
  await mock.stop();
});
