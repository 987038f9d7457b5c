import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { columns } from "../../src/benchmarks/serving/rows.ts";
import { parseCsv } from "../../src/results/csv.ts";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "10ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const serving = (...flags: string[]) => [
  "serving",
  "--endpoint",
  `${mock.url}/v1/completions`,
  "--outdir",
  "out",
  ...flags,
];
const brief = ["--concurrency", "4", "--num-prompts", "20", "--output-tokens", "8"];
const out = (name: string) => join(folder.path, "out", name);
const json = (name: string) => JSON.parse(readFileSync(out(name), "utf8"));

test("a run leaves all its files, and they agree", async () => {
  const { exit, stdout, stderr } = await run(serving(...brief, "--run-name", "first"), folder.path);
  expect([exit, stderr.includes("results in")]).toEqual([0, true]);
  expect(readdirSync(join(folder.path, "out")).sort()).toEqual([
    "metadata.yaml",
    "metrics.csv",
    "metrics.json",
    "requests.jsonl",
    "summary.json",
    "summary.txt",
  ]);
  const [header, ...rows] = parseCsv(readFileSync(out("metrics.csv"), "utf8"));
  expect(header).toEqual([...columns]);
  expect([rows.length, json("metrics.json").length, linesOf(out("requests.jsonl")).length]).toEqual([
    20, 20, 20,
  ]);
  expect(json("summary.json").whole.requests).toMatchObject({ total: 20, succeeded: 20 });
  expect(readFileSync(out("summary.txt"), "utf8")).toStartWith(stdout.trimEnd());
  expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  const metadata = parse(readFileSync(out("metadata.yaml"), "utf8"));
  expect(metadata).toMatchObject({ runName: "first", status: "complete", benchmark: "serving" });
  expect(metadata.plan.hash).toMatch(/^[0-9a-f]{64}$/);
});

test("the lines of seed 003 run unchanged", async () => {
  const common = ["--duration", "1", "--rate", "20", "--concurrency", "8"];
  const first = await run(
    [
      "serving",
      "--endpoint",
      `${mock.url}/v1/generate`,
      ...common,
      "--prompt-dist",
      "uniform",
      "--min-tokens",
      "8",
    ].concat(["--max-tokens", "128", "--outdir", "./results/run1", "--gpu-monitor"]),
    folder.path,
  );
  expect(first.exit).toBe(0);
  const template = '{"model":"mock-model","prompt":"{prompt}","max_tokens":128}';
  const second = await run(
    [
      "serving",
      "--endpoint",
      `${mock.url}/v1/completions`,
      ...common,
      "--request-body-template",
      template,
    ].concat(["--outdir", "./results/run2", "--gpu-monitor"]),
    folder.path,
  );
  expect(second.exit).toBe(0);
  expect(second.stderr).toContain("came in one piece");
});

test("--json prints the summary, whole, to a slow reader", async () => {
  // The pipe is nearly full before the program writes to it, and read only after it had to wait.
  const command = `{ head -c 60000 /dev/zero | tr '\\0' ' '; "$0" "$@"; } | { sleep 3; cat; }`;
  const running = start(["bash", "-c", command, binary, ...serving(...brief, "--json")], folder.path);
  const { stdout } = await running.outcome;
  expect(JSON.parse(stdout)).toEqual(json("summary.json"));
});

test("Ctrl-C: everything is written, exit 130", async () => {
  const running = start(
    [binary, ...serving("--rate", "50", "--duration", "60", "--output-tokens", "8")],
    folder.path,
  );
  await untilLines(out("requests.jsonl"), 20);
  running.kill("SIGINT");
  const { exit, stdout } = await running.outcome;
  expect([exit, stdout.includes("INTERRUPTED")]).toEqual([130, true]);
  expect(parse(readFileSync(out("metadata.yaml"), "utf8")).status).toBe("interrupted");
  expect(json("summary.json").whole.requests.total).toBe(linesOf(out("requests.jsonl")).length);
});

test("a second Ctrl-C ends at once, and keeps the records, of requests in flight, too", async () => {
  const hanging = await startMockProcess("--fault", "hang@11-1000000");
  const endpoint = ["serving", "--endpoint", `${hanging.url}/v1/completions`, "--outdir", "out"];
  const running = start([binary, ...endpoint, "--rate", "100", "--duration", "60"], folder.path);
  await untilLines(out("requests.jsonl"), 5);
  running.kill("SIGINT");
  // The first one is being handled while the drain waits for what hangs.
  await Bun.sleep(300);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  // What hangs is there as far as it had come.
  const failures = linesOf(out("requests.jsonl")).map((line) => JSON.parse(line).failure);
  expect(failures.filter((failure) => failure === null).length).toBeGreaterThanOrEqual(5);
  const open = failures.filter((failure) => failure !== null);
  expect(open.length).toBeGreaterThan(0);
  expect(new Set(open.map((failure) => failure.class))).toEqual(new Set(["aborted"]));
  await hanging.stop();
});

test("Ctrl-C twice while a finished run's figures are drawn leaves it complete", async () => {
  const flags = serving("--concurrency", "1", "--num-prompts", "3", "--output-tokens", "4");
  const drawing = start([binary, ...flags, "--figures", "png"], folder.path);
  const statusNow = () => parse(readFileSync(out("metadata.yaml"), "utf8")).status;
  await untilLines(out("summary.json"), 1);
  while (statusNow() === "running") await Bun.sleep(2);
  drawing.kill("SIGINT");
  drawing.kill("SIGTERM");
  // It may have come to its end before.
  expect([0, 130]).toContain((await drawing.outcome).exit);
  expect(statusNow()).toBe("complete");
});

test("kill -9: the records are readable up to the last second", async () => {
  const running = start(
    [binary, ...serving("--rate", "100", "--duration", "60", "--output-tokens", "8")],
    folder.path,
  );
  await untilLines(out("requests.jsonl"), 100);
  const before = Date.now();
  running.kill("SIGKILL");
  await running.outcome;
  const records = linesOf(out("requests.jsonl")).map((line) => JSON.parse(line));
  expect(records.length).toBeGreaterThanOrEqual(100);
  expect(readFileSync(out("requests.jsonl"), "utf8")).toEndWith("\n");
  // 100 req/s: a second without a record would be 100 missing.
  const metadata = parse(readFileSync(out("metadata.yaml"), "utf8"));
  expect(metadata.status).toBe("running");
  const lastIndex = Math.max(...records.map((r) => r.index));
  const elapsedS = (before - Date.parse(metadata.startedAt)) / 1000;
  expect(lastIndex).toBeGreaterThan(100 * (elapsedS - 2));
});

test("an outdir that cannot be made is one error before any load", async () => {
  writeFileSync(join(folder.path, "out"), "a file");
  const { exit, stdout, stderr } = await run(serving(...brief), folder.path);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("out");
  expect(stderr).not.toContain("    at ");
});

test("an outdir with something in it is refused, and --overwrite replaces only our files", async () => {
  expect((await run(serving(...brief), folder.path)).exit).toBe(0);
  writeFileSync(out("notes.md"), "mine");
  const refused = await run(serving(...brief), folder.path);
  expect([refused.exit, refused.stderr.includes("--overwrite")]).toEqual([2, true]);
  expect((await run(serving(...brief, "--overwrite"), folder.path)).exit).toBe(0);
  expect(readFileSync(out("notes.md"), "utf8")).toBe("mine");
});

test("a full disk keeps what was written, whole lines, and says so", async () => {
  // A file-size limit stands for the full disk: 16 blocks of 1 KiB.
  const command = `ulimit -f 16; exec "$0" "$@"`;
  const args = serving("--concurrency", "4", "--num-prompts", "200", "--output-tokens", "8");
  const { exit, stdout, stderr } = await start(["bash", "-c", command, binary, ...args], folder.path).outcome;
  expect([exit, stdout.includes("200 ok")]).toEqual([4, true]);
  expect(stderr).toContain("requests.jsonl");
  expect(stderr).not.toContain("    at ");
  const lines = linesOf(out("requests.jsonl"));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) JSON.parse(line);
});

test("proxy variables are ignored", async () => {
  const dead = {
    HTTP_PROXY: "http://127.0.0.1:1",
    http_proxy: "http://127.0.0.1:1",
    ALL_PROXY: "http://127.0.0.1:1",
  };
  expect((await run(serving(...brief), folder.path, dead)).exit).toBe(0);
});

test("flags win over environment, environment over file, file over defaults", async () => {
  writeFileSync(
    join(folder.path, "c.yaml"),
    "serving:\n  num-prompts: 3\n  concurrency: 2\n  output-tokens: 5\n",
  );
  const env = { INFERBENCH_CONCURRENCY: "3", INFERBENCH_NUM_PROMPTS: "4" };
  const { exit } = await run(serving("--config", "c.yaml", "--num-prompts", "6"), folder.path, env);
  expect(exit).toBe(0);
  const metadata = parse(readFileSync(out("metadata.yaml"), "utf8"));
  expect(metadata.plan.load.concurrency).toBe(3);
  const records = linesOf(out("requests.jsonl")).map((line) => JSON.parse(line));
  expect([records.length, records[0].maxTokens]).toEqual([6, 5]);
});

test("a key never reaches a file or the terminal", async () => {
  const secret = "sk-very-secret-0123456789";
  const keyed = await startMockProcess("--api-key", secret);
  const args = ["serving", "--endpoint", `${keyed.url}/v1/completions`, "--outdir", "out", ...brief];
  const withKey = await run(args, folder.path, { OPENAI_API_KEY: secret });
  expect(withKey.exit).toBe(0);
  const all = readdirSync(join(folder.path, "out")).map((name) => readFileSync(out(name), "utf8"));
  expect([...all, withKey.stdout, withKey.stderr].some((text) => text.includes(secret))).toBe(false);
  const header = ["--header", `Authorization: Bearer ${secret}`, "--overwrite"];
  expect((await run([...args, ...header], folder.path)).exit).toBe(0);
  expect(readFileSync(out("metadata.yaml"), "utf8")).not.toContain(secret);
  const without = await run([...args, "--overwrite"], folder.path);
  expect([without.exit, without.stderr.includes("API key")]).toEqual([4, true]);
  await keyed.stop();
});

test("the GPU monitor's samples stand beside the run", async () => {
  const smi = join(folder.path, "nvidia-smi");
  writeFileSync(
    smi,
    '#!/bin/bash\nwhile :; do echo "0, GPU-a, 1000, 81559, 55, 300.5, 60, 1980, 2600, 9"; sleep 0.05; done\n',
  );
  chmodSync(smi, 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  const { exit, stdout } = await run(serving(...brief, "--gpu-monitor=require"), folder.path, env);
  expect([exit, stdout.includes("GPU 0: utilisation mean 55")]).toEqual([0, true]);
  expect(linesOf(out("gpu_memory.csv")).length).toBeGreaterThan(2);
  expect(json("summary.json").gpu.devices[0]).toMatchObject({ index: 0, memoryPeakMib: 1000 });
});

test("--gpu-monitor=require without a GPU is exit 4", async () => {
  // It is looked for before anything else, a server, too.
  const dead = ["--endpoint", "http://127.0.0.1:9/v1/completions", "--outdir", "out"];
  const { exit, stderr } = await run(["serving", ...dead, ...brief, "--gpu-monitor=require"], folder.path);
  expect([exit, stderr.includes("no NVIDIA driver found")]).toEqual([4, true]);
  expect(existsSync(out(""))).toBe(false);
});

test("the same seed gives the same plan; what is new in each run is the head of each prompt", async () => {
  const hashes: string[] = [];
  for (const [dir, seed] of [
    ["a", "7"],
    ["b", "7"],
    ["c", "8"],
  ] as const) {
    await run(["serving", "--endpoint", mock.url, "--outdir", dir, "--seed", seed, ...brief], folder.path);
    const metadata = parse(readFileSync(join(folder.path, dir, "metadata.yaml"), "utf8"));
    hashes.push(metadata.plan.hash, String(metadata.plan.cacheSalt));
  }
  expect(hashes[0]).toBe(hashes[2]!);
  expect(hashes[1]).not.toBe(hashes[3]);
  expect(hashes[0]).not.toBe(hashes[4]);
});

test("a gate that does not hold is exit 3, with everything written", async () => {
  const gates = ["--slo", "ttft=1s,p99", "--gate", "goodput>=0.9", "--gate", "ttft.p50<1ms"];
  const { exit, stdout } = await run(serving(...brief, ...gates), folder.path);
  expect(exit).toBe(3);
  expect(stdout).toContain("FAILED  ttft.p50<1ms");
  expect(stdout).toContain("passed  goodput>=0.9");
  expect(json("summary.json").gates.map((g: { passed: boolean }) => g.passed)).toEqual([true, false]);
  expect(parse(readFileSync(out("metadata.yaml"), "utf8")).status).toBe("complete");
});

test("SIGTERM while the server does not answer the first question ends the run with nothing left behind", async () => {
  const silent = await startMockProcess("--fault", "hang@*");
  const args = ["serving", "--endpoint", `${silent.url}/v1/completions`, "--outdir", "out"];
  const running = start([binary, ...args, ...brief], folder.path);
  // Signals are heard before the directory is made, and the server is asked after that.
  while (!existsSync(out(""))) await Bun.sleep(10);
  running.kill("SIGTERM");
  const { exit, stderr } = await running.outcome;
  expect([exit, stderr.includes("interrupted before the run began")]).toEqual([130, true]);
  expect(readdirSync(folder.path)).toEqual([]);
  await silent.stop();
});

test("report recomputes another tool's figures from the records", async () => {
  expect((await run(serving(...brief), folder.path)).exit).toBe(0);
  const { exit, stdout } = await run(["report", "out", "--definitions", "vllm", "--json"], folder.path);
  expect(exit).toBe(0);
  const figures = JSON.parse(stdout).figures as { name: string; n: number; p50: number }[];
  expect(figures.map(({ name, n }) => [name, n])).toEqual([
    ["TTFT", 20],
    ["TPOT", 20],
    ["ITL", 140],
    ["E2EL", 20],
  ]);
  expect(figures[0]!.p50).toBeCloseTo(json("summary.json").whole.metrics.ttft.quantiles.p50.value, 2);
  const foreign = await run(["report", "."], folder.path);
  expect(foreign.exit).toBe(2);
});

test("--save-result writes vLLM's result file, strict JSON with its keys", async () => {
  const { exit } = await run(
    serving("--rate", "inf", "--num-prompts", "20", "--output-tokens", "8", "--save-result"),
    folder.path,
  );
  expect(exit).toBe(0);
  const result = json("vllm-result.json");
  const { whole } = json("summary.json");
  expect(result).toMatchObject({
    request_rate: "inf",
    completed: 20,
    failed: 0,
    num_prompts: 20,
    total_output_tokens: 160,
  });
  expect(result.request_throughput).toBeCloseTo(whole.requestThroughputPerS, 6);
  expect(result.median_ttft_ms).toBeCloseTo(whole.metrics.ttft.quantiles.p50.value, 3);
  for (const key of [
    "p99_itl_ms",
    "std_tpot_ms",
    "mean_e2el_ms",
    "ttfts",
    "itls",
    "errors",
    "max_concurrency",
  ]) {
    expect(result).toHaveProperty(key);
  }
  expect([result.ttfts.length, result.itls[0].length]).toEqual([20, 7]);
});

test("a trace gives send times, lengths and shared prefixes", async () => {
  const trace = join(import.meta.dir, "../../fixtures/traces/mooncake.jsonl");
  const { exit } = await run(
    serving("--trace", trace, "--time-scale", "0.01", "--max-requests", "10"),
    folder.path,
  );
  expect(exit).toBe(0);
  const metadata = parse(readFileSync(out("metadata.yaml"), "utf8"));
  expect(metadata.plan.load.arrival).toEqual({ kind: "trace" });
  expect(JSON.stringify(metadata.plan.prompts)).toContain(trace);
  expect(linesOf(out("requests.jsonl")).length).toBe(10);
});
