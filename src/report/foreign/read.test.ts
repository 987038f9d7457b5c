import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../core/errors.ts";
import { atPrice } from "../window-price.ts";
import { readForeignFile } from "./read.ts";

/*
 * vllm*.json: vLLM 0.32's own files, 20 requests of 8 tokens to `inferbench mock --ttft 30ms --itl 5ms`. inference-benchmark*.json: made by
 * the schema of its save_json_results, with numpy's statistics of drawn values.
 */
const FILES = join(import.meta.dir, "..", "..", "..", "fixtures", "results");
const fixture = (name: string) => join(FILES, name);
const contentOf = (name: string) => JSON.parse(readFileSync(fixture(name), "utf8"));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-foreign-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const metric = (path: string, name: string) => readForeignFile(path).metrics.find((one) => one.name === name);

/** A small file with lists, with some of its keys in place of others. */
function detailed(given: Record<string, unknown>): string {
  const good = { num_prompts: 2, model_id: "m", duration: 1, completed: 2, output_lens: [2, 2] };
  const lists = { ttfts: [0.1, 0.2], itls: [[0.01], [0.01]], latencies: [0.2, 0.3], start_times: [1, 2] };
  return JSON.stringify({ ...good, ...lists, ...given });
}

function written(content: unknown, name = "x.json"): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("vllm bench serve", () => {
  test("totals are the file's, with no interval and no sample size that it does not say", () => {
    const result = readForeignFile(fixture("vllm.json"));
    expect(result).toMatchObject({
      measuredBy: "vllm bench serve",
      name: "vllm",
      startedAt: "2026-11-23 08:47:20, local time",
      model: "mock-model",
      load: { askedRatePerS: 40, concurrency: null, achievedRatePerS: null },
      requests: { total: 20, succeeded: 20, failed: 0 },
      outputThroughputPerS: 281.89039121315056,
      records: null,
    });
    const { quantiles, n } = result.metrics.find(({ name }) => name === "ITL")!;
    expect(n).toBeNull();
    expect(quantiles).toEqual({ p50: 4.989480499716592, p90: null, p95: null, p99: 5.729660710439927 });
    expect(result.notes.some((note) => note.includes("ITL is of events"))).toBe(true);
  });

  test.each([
    ["duration", -5],
    ["request_throughput", -1],
    ["mean_ttft_ms", -3],
  ])("a negative %s is refused", (key, value) => {
    expect(() => readForeignFile(written(detailed({ [key]: value })))).toThrow(key);
  });

  test.each(["vllm-detailed.json", "vllm-rs.json"])(
    "%s: what is computed from its lists is what it says itself",
    (name) => {
      const content = contentOf(name);
      const { metrics, records } = readForeignFile(fixture(name));
      const stripped = Object.fromEntries(
        Object.entries(content).filter(([key]) => !/_(ttft|tpot|itl|e2el)_ms$/.test(key)),
      );
      const computed = readForeignFile(written(stripped)).metrics;
      for (const [i, { name: id, mean, sd, quantiles }] of metrics.entries()) {
        expect([id, computed[i]!.name]).toEqual([id, id]);
        expect(computed[i]!.mean).toBeCloseTo(mean!, 6);
        expect(computed[i]!.sd).toBeCloseTo(sd!, 6);
        for (const q of ["p50", "p90", "p99"] as const)
          expect(computed[i]!.quantiles[q]).toBeCloseTo(quantiles[q]!, 6);
      }
      expect(records).toHaveLength(20);
      expect(metric(fixture(name), "ITL")!.n).toBe(160);
    },
  );

  test("failures are told from successes by its list of errors", () => {
    const content = contentOf("vllm-detailed.json");
    content.errors[3] = "Connection reset";
    content.ttfts[3] = 0;
    content.itls[3] = [];
    content.latencies[3] = 0;
    content.output_lens[3] = 0;
    const { records } = readForeignFile(written({ ...content, completed: 19, failed: 1 }));
    expect(records!.map(({ failure }) => failure?.message ?? "").filter((text) => text !== "")).toEqual([
      "Connection reset",
    ]);
    const without = readForeignFile(written({ ...content, completed: 19, failed: 1, errors: undefined }));
    expect(without.records).toBeNull();
  });

  test("older files lack keys: what is not there is null, and all at once is no rate", () => {
    const least = {
      num_prompts: 4,
      model_id: "m",
      duration: 2,
      completed: 0,
      request_rate: "inf",
      mean_ttft_ms: 0,
    };
    expect(readForeignFile(written(least))).toMatchObject({
      requests: { total: 4, succeeded: 0, failed: 4 },
      load: { askedRatePerS: null },
      startedAt: null,
      // 0 is what it writes where nothing succeeded.
      metrics: [],
    });
  });

  test("our own file in its keys says who measured", () => {
    const path = written({ ...contentOf("vllm.json"), tool: "inferbench 0.1.0" });
    expect(readForeignFile(path).measuredBy).toBe("inferbench 0.1.0, by vLLM's definitions");
  });
});

describe("inference-benchmark", () => {
  test("its terms, with what differs in notes", () => {
    const result = readForeignFile(fixture("inference-benchmark-2qps.json"));
    const { metrics } = contentOf("inference-benchmark-2qps.json");
    expect(result).toMatchObject({
      startedAt: "2026-11-10T10:15:00.000Z",
      model: "all models",
      requests: { total: 100, succeeded: 98, failed: 2 },
      load: { askedRatePerS: 2 },
    });
    expect(result.metrics.map(({ name, nearest, n }) => [name, nearest, n])).toEqual([
      ["TTFT", "ttft", 98],
      ["ITL", "icl", null],
      ["NTPOT", "ntpot", 98],
      ["per-token latency", null, 98],
      ["latency", "e2el", 98],
      ["input length", null, 98],
      ["output length", null, 98],
    ]);
    expect(result.metrics[2]!.quantiles.p90).toBe(metrics.p90_normalized_time_per_output_token_ms);
    const notes = result.notes.join(" ");
    for (const words of ["tpot is NTPOT", "3,600", "not of those that succeeded"])
      expect(notes).toContain(words);
  });

  test("Infinity in it is read; cost is its analysis's formula", () => {
    const result = readForeignFile(fixture("inference-benchmark-infqps.json"));
    expect(result.load.askedRatePerS).toBeNull();
    expect(result.notes.join(" ")).not.toContain("succeeded");
    const { cost } = atPrice(result, 3);
    expect(cost!.usdPerMOutputTokens).toBeCloseTo((3 * 1e6) / (result.outputThroughputPerS! * 3600), 9);
  });

  test("an older version's keys and units", () => {
    const metrics = {
      num_prompts_succeeded: 2,
      benchmark_time: 1,
      avg_TTFT: 0.05,
      max_TTFT: 0.06,
      avg_latency: 80,
      max_latency: 90,
      avg_ITL: 0,
      max_ITL: 0,
    };
    const result = readForeignFile(written({ metrics }));
    expect(result.metrics.map(({ name, mean }) => [name, mean])).toEqual([
      ["TTFT", 50],
      ["latency", 80],
    ]);
  });
});

describe("anything else is an error for people, exit 2", () => {
  const failure = (path: string) => {
    try {
      readForeignFile(path);
    } catch (error) {
      return error as ToolError;
    }
    throw new Error("it was read");
  };

  test.each([
    [
      "cut off",
      readFileSync(fixture("vllm.json"), "utf8").slice(0, 700),
      /x\.json, line 1, column \d+: .*: not JSON/,
    ],
    ["empty", "", /line 1, column 1: the text ends/],
    [
      "no object",
      "[1, 2]",
      /x\.json is no result file that report knows: .*num_prompts.*metrics\.num_prompts_succeeded/,
    ],
    ["of another tool", '{"benchmarks": []}', /is no result file that report knows/],
    ["without a key", '{"num_prompts": 3, "model_id": "m", "duration": 1}', /x\.json: completed: /],
    [
      "with a wrong type",
      '{"metrics": {"num_prompts_succeeded": "3", "benchmark_time": 1}}',
      /metrics\.num_prompts_succeeded/,
    ],
    ["bytes", "\u0000\u0001PNG", /line 1, column 1/],
    ["with a gap below 0", detailed({ itls: [[0.1], [-0.01]] }), /x\.json: itls\.1\.0: /],
    ["with a gap beyond all", detailed({ itls: [[1e300], []] }), /x\.json: itls\.0\.0: /],
    ["with a TTFT below 0", detailed({ ttfts: [0.1, -0.1] }), /x\.json: ttfts\.1: /],
    ["with a latency below 0", detailed({ latencies: [-1, 0.3] }), /x\.json: latencies\.0: /],
    ["with a latency beyond all", detailed({ latencies: [1e300, 0.3] }), /x\.json: latencies\.0: /],
    ["with a duration below 0", detailed({ duration: -1 }), /x\.json: duration: /],
    [
      "with a date beyond all",
      '{"metrics":{"num_prompts_succeeded":1,"benchmark_time":2},"config":{"start_time":{"seconds":1e300}}}',
      /x\.json: config\.start_time\.seconds: /,
    ],
  ])("%s", (_, content, words) => {
    const error = failure(written(content));
    expect(error).toBeInstanceOf(ToolError);
    expect([error.exit, error.hint?.startsWith("Readable are")]).toEqual([2, true]);
    expect(error.message).toMatch(words);
  });
});
