import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { toLine } from "../../src/benchmarks/serving/record-line.ts";
import { STEPS_FOLDER } from "../../src/benchmarks/storage/row-files.ts";
import { fakeRecord } from "../../src/report/figures/serving/run.fake.ts";
import { type FakeStore, startFakeStore } from "../../src/results/upload/bucket.fake.ts";
import { binary, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const FIXTURES = join(import.meta.dir, "../../fixtures/results");

let mock: MockProcess;
let store: FakeStore;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "2ms");
  store = startFakeStore();
});
afterAll(async () => {
  await mock.stop();
  await store.stop();
});

const folder = folderForEach();

const at = (...names: string[]) => join(folder.path, ...names);
const report = (...args: string[]) => run(["report", ...args], folder.path);
const servingLine = (outdir: string) => [
  ...["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", outdir],
  ...["--num-prompts", "20", "--output-tokens", "8"],
];
const serve = (outdir: string, flags: readonly string[] = [], env: Record<string, string> = {}) =>
  run([...servingLine(outdir), ...flags], folder.path, env);

/** A copy of a fixture in the test's folder. */
function copied(name: string): string {
  copyFileSync(join(FIXTURES, name), at(name));
  return name;
}

describe("report of other tools' results", () => {
  test("stand beside a run of ours, as what they are", async () => {
    expect((await serve("ours")).exit).toBe(0);
    const paths = [copied("vllm-detailed.json"), "ours", copied("inference-benchmark-infqps.json")];
    const md = await report(...paths, "--format", "md", "--instance-price-per-hour", "3");
    expect([md.exit, md.stderr]).toEqual([0, ""]);
    for (const words of [
      "| vllm-detailed | vllm bench serve | 20 of 20 |",
      "| ours | inferbench ",
      "**Measured by inference-benchmark (AI-Hypercomputer)**",
      "$0.66 per million output tokens",
    ])
      expect(md.stdout).toContain(words);
    const csv = await report(...paths, "--format", "csv");
    expect(csv.stdout).toContain('vllm bench serve,"first chunk, an empty role chunk included - sent"');
    const json = JSON.parse((await report(...paths, "--format", "json")).stdout);
    expect(json.map((one: { measuredBy?: string }) => one.measuredBy ?? "ours")).toEqual([
      "vllm bench serve",
      "ours",
      "inference-benchmark (AI-Hypercomputer)",
    ]);
    const junit = await report(...paths, "--format", "junit");
    expect(junit.stdout.match(/<testsuite /g)).toHaveLength(3);
  });

  test("are drawn: curves over load, and distributions where there are requests", async () => {
    const paths = ["vllm.json", "vllm-users.json", "vllm-detailed.json", "inference-benchmark-2qps.json"].map(
      copied,
    );
    const flags = ["--figures", "svg", "--instance-price-per-hour", "3", "--outdir", "drawn"];
    const { exit, stdout, stderr } = await report(...paths, ...flags);
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ +succeeded .* \$\/M tok +verdict[\s\S]*: measured by vllm bench serve$/m);
    expect(readdirSync(at("drawn")).sort()).toEqual(
      [
        "cost_latency",
        "icl_distribution",
        "requests_over_time",
        "throughput_latency",
        "throughput_normalized_latency",
        "ttft_distribution",
      ].map((name) => `${name}.svg`),
    );
    const curve = readFileSync(at("drawn", "throughput_latency.svg"), "utf8");
    for (const words of ["Measured by vllm bench serve", "40 req/s", "4 users"])
      expect(curve).toContain(words);
    expect(curve).not.toContain("95 % intervals");
  });

  test("do not go with what needs records, nor with other benchmarks", async () => {
    const path = copied("vllm.json");
    expect((await report(path, "--definitions", "vllm")).exit).toBe(2);
    expect((await report(path, "--format", "junit", "--instance-price-per-hour", "3")).exit).toBe(2);
    mkdirSync(at("loads", STEPS_FOLDER), { recursive: true });
    const mixed = await report(path, "loads", "--format", "md");
    expect([mixed.exit, mixed.stderr.includes("Report on runs of one kind")]).toEqual([2, true]);
  });
});

describe("what report cannot read is named, exit 2", () => {
  /** A directory with three records, changed by `spoil`. */
  function spoilt(spoil: (lines: string[]) => string[]): void {
    mkdirSync(at("in"));
    const lines = Array.from({ length: 3 }, (_, i) => toLine(fakeRecord(i, 50, 8)));
    writeFileSync(
      at("in", "requests.jsonl"),
      spoil(lines)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  const beside = (name: string, content: string) => {
    spoilt((lines) => lines);
    writeFileSync(at("in", name), content);
  };

  test.each<[string, () => void, string]>([
    [
      "a bad line in the middle",
      () => spoilt(([a, , c]) => [a!, '{"index": 1, "sta', c!]),
      "requests.jsonl, line 2: not JSON",
    ],
    [
      "another tool's lines",
      () => spoilt(([a]) => [a!, '{"ttft": 0.1, "latency": 1}']),
      "requests.jsonl, line 2: no record of a request",
    ],
    ["an empty line", () => spoilt(([a, b]) => [a!, "", b!]), "requests.jsonl, line 2"],
    ["YAML that is none", () => beside("metadata.yaml", "runName: x\nplan: [1,\n"), "metadata.yaml"],
    [
      "metadata of something else",
      () => beside("metadata.yaml", "- a\n- b\n"),
      "metadata.yaml is not what a serving run writes",
    ],
    [
      "a summary that is cut off",
      () => beside("summary.json", '{\n "benchmark": "serving",\n "run": {'),
      "summary.json, line 3, column 10",
    ],
    [
      "another tool's summary",
      () => beside("summary.json", '{"results": []}'),
      "summary.json is not what a serving run writes",
    ],
  ])("%s", async (_, prepare, words) => {
    prepare();
    const { exit, stdout, stderr } = await report("in", "--figures", "svg");
    expect([exit, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("    at ");
  });

  test("one of several, and the others do not hide it", async () => {
    const good = copied("vllm.json");
    writeFileSync(at("cut.json"), readFileSync(at(good), "utf8").slice(0, 300));
    for (const format of ["md", "csv", "json", "junit"]) {
      const { exit, stdout, stderr } = await report(good, "cut.json", "--format", format);
      expect([exit, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/cut\.json, line 1, column \d+/);
    }
    spoilt((lines) => lines);
    const killed = await report(good, "in", "--format", "md");
    expect([killed.exit, killed.stdout.includes(", incomplete |")]).toEqual([0, true]);
  });
});

test("a run that is killed has its GPUs on its time axis", async () => {
  writeFileSync(
    at("nvidia-smi"),
    '#!/bin/bash\nwhile :; do echo "0, GPU-a, 1000, 81559, 55, 300.5, 60, 1980, 2600, 9"; sleep 0.02; done\n',
  );
  chmodSync(at("nvidia-smi"), 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  const line = [...servingLine("out"), "--num-prompts", "100000", "--rate", "20", "--gpu-monitor=require"];
  const running = start([binary, ...line.filter((_, i) => ![5, 6].includes(i))], folder.path, env);
  await untilLines(at("out", "requests.jsonl"), 20);
  await untilLines(at("out", "gpu_memory.csv"), 10);
  running.kill("SIGKILL");
  await running.outcome;
  expect(readFileSync(at("out", "metadata.yaml"), "utf8")).toMatch(
    /status: running[\s\S]*startMonotonicMs: \d/,
  );
  rmSync(at("nvidia-smi"));
  const { exit, stderr } = await report("out", "--figures", "svg");
  expect([exit, stderr]).toEqual([0, ""]);
  const svg = readFileSync(at("out", "requests_over_time.svg"), "utf8");
  for (const words of ["GPU utilisation, %", "GPU power, W", "Incomplete, the run did not come to its end"])
    expect(svg).toContain(words);
});

describe("seed 004's result files", () => {
  const emulator = () => ({ STORAGE_EMULATOR_HOST: store.origin });

  test("are written under its flags, and uploaded", async () => {
    const flags = ["--rate", "50", "--save_json_results", "--file-prefix", "lpg"];
    const bucket = ["--output-bucket", "results", "--output_bucket_filepath", "nightly"];
    const { exit, stderr } = await serve("out", [...flags, ...bucket], emulator());
    expect([exit, stderr.includes("uploaded gs://results/nightly/lpg-")]).toEqual([0, true]);
    const names = readdirSync(at("out")).filter((name) => name.startsWith("lpg-"));
    expect(names.map((name) => name.replace(/\d{8}-\d{6}/, "…")).sort()).toEqual([
      "lpg-openai-completions-50.0qps-…-mock-model.json",
      "lpg-openai-completions-50.0qps-…-weighted.json",
    ]);
    for (const name of names) {
      expect(store.objects.get(`results/nightly/${name}`)).toBe(readFileSync(at("out", name), "utf8"));
      expect(JSON.parse(readFileSync(at("out", name), "utf8")).metrics.num_prompts_succeeded).toBe(20);
    }
  });

  test("an upload that fails keeps all files, exit 1", async () => {
    const { exit, stderr } = await serve(
      "out",
      ["--save-json-results", "--output-bucket", "full"],
      emulator(),
    );
    expect([exit, stderr.includes("status 503"), stderr.includes("ya29")]).toEqual([1, true, false]);
    expect(
      readdirSync(at("out")).filter((name) => name.endsWith("qps.json") || name.includes("weighted")),
    ).toHaveLength(1);
    expect(readFileSync(at("out", "metadata.yaml"), "utf8")).toContain("status: complete");
  });

  test("a bucket that is not there fails before anything is sent, exit 4", async () => {
    const { exit, stderr } = await serve(
      "out",
      ["--save-json-results", "--output-bucket", "missing"],
      emulator(),
    );
    expect([exit, stderr.includes("gs://missing"), existsSync(at("out"))]).toEqual([4, true, false]);
  });

  test("a bucket without files to upload is wrong usage", async () => {
    expect((await serve("out", ["--output-bucket", "results"])).exit).toBe(2);
    expect((await serve("out", ["--save-json-results", "--file-prefix", "a/b"])).exit).toBe(2);
  });
});
