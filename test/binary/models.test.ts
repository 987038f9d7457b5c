import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Profile } from "../../src/benchmarks/profile/profile-shape.ts";
import type { RequestRecord } from "../../src/benchmarks/serving/record.ts";
import type { ServingSummary } from "../../src/benchmarks/serving/summary-shape.ts";
import { parseCsv } from "../../src/results/csv.ts";
import { linesOf, run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  const times = ["--ttft", "5ms", "--itl", "1ms", "--model-ttft", "org/slow=60ms"];
  mock = await startMockProcess("--model", "org/slow", "--model", "fast", ...times);
});
afterAll(() => mock.stop());

const folder = folderForEach();

const out = (...names: string[]) => join(folder.path, "out", ...names);
const read = <T>(...names: string[]) => JSON.parse(readFileSync(out(...names), "utf8")) as T;
const serving = (...flags: string[]) => [
  ...["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", "--seed", "3"],
  ...["--rate", "100", "--num-prompts", "60", "--output-tokens", "4", ...flags],
];
const two = ["--models", "org/slow,fast", "--traffic-split", "0.7,0.3"];

/** What each of seed 004's files in a folder says was tried and came back, by model. */
function seedCounts(...names: string[]): Map<string, { attempted: number; succeeded: number }> {
  const files = readdirSync(out(...names)).filter((name) => name.startsWith("benchmark-"));
  return new Map(
    files.map((name) => {
      const { metrics, dimensions } = read<{
        metrics: { num_prompts_attempted: number; num_prompts_succeeded: number };
        dimensions: { model_id: string };
      }>(...names, name);
      const { num_prompts_attempted: attempted, num_prompts_succeeded: succeeded } = metrics;
      return [dimensions.model_id, { attempted, succeeded }];
    }),
  );
}

test("two models: each has its own figures, in the table, the summary and seed 004's files", async () => {
  const { exit, stdout } = await run(serving(...two, "--warmup", "2", "--save-json-results"), folder.path);
  expect(exit).toBe(0);
  expect(stdout).toContain("models org/slow 70 %, fast 30 %");
  expect(stdout).toContain("By model, ms");
  expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);

  const { models, run: identity, whole } = read<ServingSummary>("summary.json");
  const [slow, fast] = models!;
  expect([identity.model, slow!.model, fast!.model]).toEqual(["org/slow,fast", "org/slow", "fast"]);
  expect(slow!.requests.total + fast!.requests.total).toBe(whole!.requests.total);
  expect(slow!.sentShare.low! <= 0.7 && slow!.sentShare.high! >= 0.7).toBeTrue();
  // However loaded the machine is, no answer is earlier than its model.
  expect(slow!.metrics.ttft!.min).toBeGreaterThanOrEqual(60);

  const counts = seedCounts();
  expect([...counts.keys()].sort()).toEqual(["fast", "org/slow", "weighted"]);
  expect(counts.get("org/slow")!.attempted + counts.get("fast")!.attempted).toBe(60);
  expect(counts.get("weighted")!.attempted).toBe(60);
  expect(counts.get("fast")!.attempted).toBe(fast!.requests.total);

  const records = linesOf(out("requests.jsonl")).map((line) => JSON.parse(line) as RequestRecord);
  const asked = records.filter(({ stage }) => stage === "run").map(({ model }) => model!);
  expect(asked.filter((model) => model === "fast").length).toBe(fast!.requests.total);
  const warmup = records.filter(({ stage }) => stage === "warmup").map(({ model }) => model);
  expect(warmup.sort()).toEqual(["fast", "org/slow"]);
  const [header, ...rows] = parseCsv(readFileSync(out("metrics.csv"), "utf8"));
  expect([header!.at(-1), rows.map((row) => row.at(-1)).sort()]).toEqual(["model", asked.sort()]);
  const { plan } = parse(readFileSync(out("metadata.yaml"), "utf8"));
  expect([plan.request.model, plan.trafficSplit]).toEqual([
    "org/slow,fast",
    { models: ["org/slow", "fast"], weights: [0.7, 0.3] },
  ]);
});

test("report reads such a run", async () => {
  await run(serving(...two), folder.path);
  for (const flags of [["--definitions", "vllm"], ["--html"], ["--figures", "svg"], ["--format", "md"]]) {
    const { exit, stderr } = await run(["report", "out", ...flags], folder.path);
    expect([flags, exit, exit === 0 ? "" : stderr]).toEqual([flags, 0, ""]);
  }
});

test("two workers ask what one would", async () => {
  const asked = async (workers: string) => {
    expect((await run(serving(...two, "--workers", workers, "--overwrite"), folder.path)).exit).toBe(0);
    const records = linesOf(out("requests.jsonl")).map((line) => JSON.parse(line) as RequestRecord);
    return records.sort((a, b) => a.index - b.index).map(({ index, model }) => [index, model]);
  };
  expect(await asked("2")).toEqual(await asked("1"));
});

test("with one model nothing says so but the summary's null", async () => {
  await run(serving("--models", "fast"), folder.path);
  expect(read<ServingSummary>("summary.json").models).toBeNull();
  expect(readFileSync(out("requests.jsonl"), "utf8")).not.toContain('"model"');
  expect(readFileSync(out("metrics.csv"), "utf8").split("\n")[0]).not.toContain("model");
  expect(readFileSync(out("metadata.yaml"), "utf8")).not.toContain("trafficSplit");
});

test.each([
  [["--models", "fast,nearly,gone"], 4, 'does not know the models "nearly", "gone"; it has org/slow, fast'],
  [["--models", "fast,org/slo"], 4, "Did you mean org/slow?"],
  [["--models", "fast,fst"], 4, "Name it with --model, several with --models."],
  [["--models", "fast,org/slow", "--traffic-split", "0.5,0.6"], 2, "adds up to 1.1, not to 1"],
  [["--models", "fast,org/slow", "--model", "fast"], 2, "both name what is asked"],
] as [string[], number, string][])("%j: exit %d before any load", async (flags, code, message) => {
  const { exit, stdout, stderr } = await run(serving(...flags), folder.path);
  expect([exit, stdout, stderr.includes(message) ? message : stderr]).toEqual([code, "", message]);
});

test("seed 004's container: MODELS and TRAFFIC_SPLIT", async () => {
  const { hostname, port } = new URL(mock.url);
  const env = {
    IP: hostname,
    PORT: port,
    MODELS: "org/slow,fast",
    TRAFFIC_SPLIT: "0.5,0.5",
    REQUEST_RATES: "40",
    BENCHMARK_TIME_SECONDS: "1",
    STREAM_REQUEST: "true",
  };
  const flags = [
    "--no-calibrate",
    "--idle-timeout",
    "0",
    "--figures",
    "none",
    "--no-html",
    "--outdir",
    "out",
  ];
  const { exit, stderr } = await run(["profile", "--output-tokens", "4", ...flags], folder.path, env);
  expect([exit, exit === 0 ? "" : stderr]).toEqual([0, ""]);
  const { run: identity, levels } = read<Profile>("profile.json");
  expect([identity.model, levels[0]!.figures!.requests.total]).toEqual(["org/slow,fast", 40]);
  const counts = seedCounts(levels[0]!.directory);
  expect([...counts.keys()].sort()).toEqual(["fast", "org/slow", "weighted"]);
  expect(counts.get("org/slow")!.attempted + counts.get("fast")!.attempted).toBe(40);
});
