import { describe, expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { resolveFlags } from "../flags/resolve.ts";
import { modelsOf, nearestModels, trafficSplitOf } from "../serving/models.ts";
import { configOf } from "./config.ts";
import { isContainer, profileEnv } from "./container-env.ts";
import { profileFlags } from "./flags.ts";

/** The variables of seed 004's deployment.yaml. */
const DEPLOYMENT = {
  MODELS: "google/gemma-2b",
  TOKENIZER: "google/gemma-2b",
  IP: "0.0.0.0",
  PORT: "8000",
  BACKEND: "vllm",
  PROMPT_DATASET: "sharegpt",
  INPUT_LENGTH: "1024",
  OUTPUT_LENGTH: "512",
  REQUEST_RATES: "0,1,2.5",
  BENCHMARK_TIME_SECONDS: "300",
  MAX_NUM_PROMPTS: "200",
  FILE_PREFIX: "benchmark",
  SLEEP_TIME: "5",
  POST_BENCHMARK_SLEEP_TIME: "infinity",
  STREAM_REQUEST: "true",
  IGNORE_EOS: "yes",
  TCP_CONN_LIMIT: "100",
  SAVE_AGGREGATED_RESULT: "true",
  OUTPUT_BUCKET: "",
  OUTPUT_BUCKET_FILEPATH: "",
  SCRAPE_SERVER_METRICS: "false",
  PM_NAMESPACE: "default",
  PM_JOB: "vllm-podmonitoring",
  HF_TOKEN: "hf_secret",
};

const resolved = (env: Record<string, string>, ...given: [string, string][]) =>
  resolveFlags(profileFlags, new Map(given.map(([key, text]) => [key, [text]])), profileEnv(env), null);

describe("the variables of seed 004's script", () => {
  test("are our flags", () => {
    const { values } = resolved(DEPLOYMENT);
    expect(values).toMatchObject({
      models: ["google/gemma-2b"],
      tokenizer: "google/gemma-2b",
      host: "0.0.0.0",
      port: 8000,
      backend: "openai-completions",
      dataset: "ShareGPT_V3_unfiltered_cleaned_split.json",
      maxInputLength: 1024,
      maxOutputLength: 512,
      requestRates: [Number.POSITIVE_INFINITY, 1, 2.5],
      duration: 300_000,
      maxNumPrompts: 200,
      saveJsonResults: true,
      filePrefix: "benchmark",
      outputBucket: undefined,
      outputBucketFilepath: undefined,
      sleepTime: 5000,
      postBenchmarkSleepTime: Number.POSITIVE_INFINITY,
      stream: true,
      // Only the very word true.
      ignoreEos: false,
      concurrency: 100,
    });
  });

  test("make levels as its loop does", () => {
    const { values, sources } = resolved(DEPLOYMENT);
    const { sweep, limits, waitsForAll } = configOf(values, sources);
    expect(sweep).toEqual({
      kind: "listed",
      loads: [{ kind: "all-at-once" }, { kind: "rate", ratePerS: 1 }, { kind: "rate", ratePerS: 2.5 }],
    });
    expect([limits, waitsForAll]).toEqual([
      { seed: 0, durationMs: 300_000, requests: null, allAtOnce: 200 },
      true,
    ]);
  });

  test("give way to flags", () => {
    const { values } = resolved(DEPLOYMENT, ["requestRates", "7"], ["port", "9"], ["stream", "false"]);
    expect(values).toMatchObject({ requestRates: [7], port: 9, stream: false, duration: 300_000 });
  });

  test("ask for whole answers unless they say otherwise, as the script does", () => {
    const { STREAM_REQUEST: _, ...rest } = DEPLOYMENT;
    expect(resolved(rest).values.stream).toBeFalse();
  });

  test("name the bucket and the folder in it", () => {
    const { values } = resolved({
      ...DEPLOYMENT,
      OUTPUT_BUCKET: "results",
      OUTPUT_BUCKET_FILEPATH: "nightly",
    });
    expect(values).toMatchObject({ outputBucket: "results", outputBucketFilepath: "nightly" });
    expect(
      resolved({ ...DEPLOYMENT, OUTPUT_BUCKET_FILEPATH: "x" }).values.outputBucketFilepath,
    ).toBeUndefined();
  });

  test("are nobody's where nothing of the script's own is set", () => {
    const others = {
      PORT: "8000",
      IP: "10.0.0.1",
      MODELS: "a,b",
      BACKEND: "x",
      OUTPUT_BUCKET: "b",
      HOME: "/root",
    };
    expect(isContainer(others)).toBeFalse();
    expect(profileEnv(others)).toEqual({ HOME: "/root" });
    expect(resolved(others).values).toMatchObject({ port: undefined, host: "localhost", stream: true });
  });

  test.each(["REQUEST_RATES", "BENCHMARK_TIME_SECONDS", "PROMPT_DATASET", "POST_BENCHMARK_SLEEP_TIME"])(
    "%s alone says that they are meant, an empty one does not",
    (name) => {
      expect(isContainer({ [name]: "1" })).toBeTrue();
      expect(isContainer({ [name]: " " })).toBeFalse();
    },
  );

  test.each([
    [{ TRAFFIC_SPLIT: "0.5,0" }, 'environment variable TRAFFIC_SPLIT: "0.5,0" is not a number above 0'],
    [{ BACKEND: "sax" }, "BACKEND=sax"],
    [{ PROMPT_DATASET: "other" }, "PROMPT_DATASET=other"],
    [{ REQUEST_RATES: "1,fast" }, 'environment variable REQUEST_RATES: "1,fast" is not a rate'],
    [{ PORT: "http" }, 'environment variable PORT: "http" is not'],
  ] as [Record<string, string>, string][])("%j is refused by its own name", (env, message) => {
    const act = () => resolved({ REQUEST_RATES: "1", ...env });
    expect(act).toThrow(ToolError);
    expect(act).toThrow(message);
  });

  test("turn the server's metrics on, with what would choose them; else these mean nothing", () => {
    const { values } = resolved({ ...DEPLOYMENT, SCRAPE_SERVER_METRICS: "true" });
    expect(values).toMatchObject({
      scrapeServerMetrics: true,
      pmNamespace: "default",
      pmJob: "vllm-podmonitoring",
    });
    for (const word of ["false", "True", ""]) {
      const { values } = resolved({ ...DEPLOYMENT, SCRAPE_SERVER_METRICS: word });
      expect(values).toMatchObject({ scrapeServerMetrics: false, pmNamespace: undefined, pmJob: undefined });
    }
    expect(resolved({ PM_JOB: "x", SCRAPE_SERVER_METRICS: "true" }).values.scrapeServerMetrics).toBeFalse();
  });

  test.each([
    [{ TRAFFIC_SPLIT: "0.5,0.5" }, "TRAFFIC_SPLIT 0.5,0.5 has 2 shares, and one model is asked"],
    [{ MODELS: "a,b", TRAFFIC_SPLIT: "0.5,0.6" }, "TRAFFIC_SPLIT 0.5,0.6 adds up to 1.1, not to 1"],
    [{ MODELS: "a,b,a" }, 'MODELS names "a" twice'],
  ] as [Record<string, string>, string][])("%j makes no levels, by its own name", (env, message) => {
    const { values, sources } = resolved({ ...DEPLOYMENT, ...env });
    expect(() => configOf(values, sources)).toThrow(message);
  });

  test("name several models and their shares", () => {
    const env = { ...DEPLOYMENT, MODELS: "org/a, b", TRAFFIC_SPLIT: "0.7,0.3" };
    expect(trafficSplitOf(resolved(env).values)).toEqual({ models: ["org/a", "b"], weights: [0.7, 0.3] });
    expect(trafficSplitOf(resolved({ ...DEPLOYMENT, TRAFFIC_SPLIT: "1.0" }).values)).toBeNull();
  });

  test.each([
    ["a flag", {}, [["model", "own"]]],
    ["our own variable", { INFERBENCH_MODEL: "own" }, []],
  ] as [string, Record<string, string>, [string, string][]][])(
    "%s that names one model takes their place",
    (_, more, given) => {
      const env = { ...DEPLOYMENT, MODELS: "a,b", TRAFFIC_SPLIT: "0.7,0.3", ...more };
      const { values, sources } = resolved(env, ...given);
      const nearest = nearestModels(values, sources);
      expect([modelsOf(nearest), trafficSplitOf(nearest)]).toEqual([["own"], null]);
    },
  );

  test("a file of its own takes the place of sharegpt", () => {
    const env = { REQUEST_RATES: "1", PROMPT_DATASET_FILE: "mine.json" };
    expect(resolved(env).values.dataset).toBe("mine.json");
  });
});
