import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quantile } from "../../src/analysis/quantile.ts";
import type { TruthRecord } from "../../src/mock/truth/truth-record.ts";
import { parseCsv } from "../../src/results/csv.ts";
import type { ServerMetricsSummary } from "../../src/telemetry/server-metrics/summary.ts";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const folder = folderForEach();

const read = (name: string) => readFileSync(join(folder.path, name), "utf8");
const serving = (url: string, ...more: string[]) => [
  ...["serving", "--endpoint", `${url}/v1/completions`, "--outdir", "out", "--no-cloud-probe"],
  ...["--scrape-server-metrics", ...more],
];

test.each([
  ["one process", [], 1],
  ["two workers", ["--workers", "2"], 2],
])("the server's figures are the mock's truth: %s", async (_, flags) => {
  const truthPath = join(folder.path, "truth.jsonl");
  const engine = ["--engine", "batching", "--max-num-seqs", "4", "--step-base", "5ms", "--prefix-cache"];
  const mock = await startMockProcess(...engine, "--truth", truthPath);
  const load = ["--rate", "30", "--num-prompts", "90", "--output-tokens", "12", "--warmup", "7"];
  const { exit, stderr } = await run(
    serving(mock.url, ...load, "--scrape-interval", "200ms", "--save-json-results", ...flags),
    folder.path,
  );
  await mock.stop();
  expect([exit, stderr]).toEqual([0, stderr]);
  // What came before were the small requests, and the warm-up.
  const truths: TruthRecord[] = linesOf(truthPath).map((line) => JSON.parse(line));
  const own = truths.sort((a, b) => a.receivedAt - b.receivedAt).slice(-90);
  const { serverMetrics, run: about } = JSON.parse(read("out/summary.json"));
  const { whole, steady, model, scrapes, problem } = serverMetrics as ServerMetricsSummary;
  expect([model, problem, scrapes.failed, scrapes.malformedLines]).toEqual([about.model, null, {}, 0]);
  const sum = (of: (truth: TruthRecord) => number) => own.reduce((total, truth) => total + of(truth), 0);
  const metric = (name: string) => whole!.metrics[`vllm:${name}`] as never;
  expect(metric("generation_tokens_total")).toMatchObject({
    increase: sum((t) => t.outputTokens),
    resets: 0,
  });
  expect(metric("prompt_tokens_total")).toMatchObject({ increase: sum((t) => t.promptTokens) });
  expect(metric("request_success_total")).toMatchObject({ increase: 90 });
  expect(metric("num_preemptions_total")).toMatchObject({ increase: sum((t) => t.preemptions) });
  const seconds = {
    time_to_first_token_seconds: own.map((t) => (t.firstTokenAt! - t.receivedAt) / 1000),
    e2e_request_latency_seconds: own.map((t) => (t.endAt - t.receivedAt) / 1000),
    request_queue_time_seconds: own.map((t) => (t.admittedAt! - t.receivedAt) / 1000),
  };
  for (const [name, values] of Object.entries(seconds)) {
    const { n, mean, p50, p99 } = metric(name) as {
      n: number;
      mean: number;
      p50: { low: number; high: number };
      p99: { low: number; high: number };
    };
    expect(n).toBe(90);
    expect(mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 90, 9);
    const sorted = Float64Array.from(values).sort();
    // A quantile between two values may lie on the other side of a bucket's end.
    for (const [q, { low, high }] of [[0.5, p50] as const, [0.99, p99] as const]) {
      expect(low).toBeLessThanOrEqual(sorted[Math.min(89, Math.ceil(90 * q))]!);
      expect(high).toBeGreaterThanOrEqual(sorted[Math.max(0, Math.floor(90 * q) - 1)]!);
      expect(quantile(sorted, q)).not.toBeNull();
    }
  }
  expect(metric("inter_token_latency_seconds")).toMatchObject({ n: sum((t) => t.outputTokens - 1) });
  // More than 4 cannot run, and 30 requests of 60 ms and more a second keep some of them running.
  const running = metric("num_requests_running") as { mean: number; max: number; n: number };
  expect(running.max).toBeLessThanOrEqual(4);
  expect(running.mean).toBeGreaterThan(0.2);
  expect(steady!.scrapes).toBeLessThan(whole!.scrapes);
  expect(read("out/summary.txt")).toMatch(/^ {2}load {6}running [\d.]+, max \d · waiting [\d.]+, max \d+$/m);
  expect(read("out/summary.txt")).toMatch(
    /^ {2}TTFT, ms {2}p50 [\d.]+ \([\d.]+ to [\d.]+\), p99 .* · client [\d.]+, [\d.]+$/m,
  );

  const rows = parseCsv(read("out/server_metrics.csv"));
  expect(rows[0]).toEqual(["at_ms", "unix_ms", "series", "value"]);
  expect(rows.filter(([, , series]) => series === "up").length).toBe(scrapes.n);
  // The last value of each series is the server's at the end.
  const last = new Map(rows.map(([, , series, value]) => [series, value]));
  const total = truths.reduce((n, t) => n + t.outputTokens, 0);
  expect(last.get('vllm:generation_tokens_total{engine="0",model_name="mock-model"}')).toBe(String(total));

  const seed = readdirSync(join(folder.path, "out")).find((name) => name.endsWith("-weighted.json"))!;
  const result = JSON.parse(read(`out/${seed}`));
  const stats = result.metrics.server_metrics;
  expect(stats["vllm:gpu_cache_usage_perc"].Max).toBeGreaterThan(0);
  expect(stats["vllm:generation_tokens_total"]).toMatchObject({ Increase: sum((t) => t.outputTokens) });
  expect(stats["vllm:time_per_output_token_seconds"].Mean).toBeGreaterThan(0);
  expect(result.summary_stats.stats[0].model_server_metrics[0]).toMatchObject({
    Name: "vllm:gpu_cache_usage_perc",
    Max: stats["vllm:gpu_cache_usage_perc"].Max,
  });
});

test("a run that is killed keeps what was read", async () => {
  const mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
  const running = start(
    [binary, ...serving(mock.url, "--rate", "20", "--duration", "60", "--scrape-interval", "50ms")],
    folder.path,
  );
  const path = join(folder.path, "out/server_metrics.csv");
  // The first scrape has some hundred series; the others what changed.
  await untilLines(path, 250);
  running.kill("SIGKILL");
  await running.outcome;
  await mock.stop();
  expect(linesOf(path).filter((line) => line.includes(",up,")).length).toBeGreaterThan(1);
  expect(linesOf(path).some((line) => line.includes("num_requests_running"))).toBe(true);
});

let bare: ReturnType<typeof Bun.serve>;
let mock: MockProcess;
const asked: string[] = [];
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "5ms", "--itl", "1ms");
  bare = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(`${pathname} ${request.headers.get("authorization")}`);
      if (pathname === "/page") return new Response("<html></html>");
      return pathname === "/metrics"
        ? new Response("# TYPE g gauge\ng 1\n")
        : new Response("", { status: 404 });
    },
  });
});
afterAll(() => Promise.all([bare.stop(true), mock.stop()]));

test.each([
  ["/none", "gives no metrics: HTTP 404"],
  ["/page", "not with metrics in Prometheus' text format"],
])("a server without metrics at %s is exit 4 before any load", async (path, words) => {
  const url = `http://127.0.0.1:${bare.port}${path}`;
  const { exit, stderr } = await run(
    serving(mock.url, "--num-prompts", "3", "--metrics-url", url),
    folder.path,
  );
  expect([exit, stderr.includes(words), stderr.includes("--enable-metrics")]).toEqual([4, true, true]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test.each([
  "--metrics-url=http://h/m",
  "--scrape-interval=5s",
  "--pm-namespace=default",
  "--pm-job=vllm-podmonitoring",
])("%s without --scrape-server-metrics is wrong usage", async (flag) => {
  const { exit, stderr } = await run(
    ["serving", "--endpoint", `${mock.url}/v1/completions`, "--num-prompts", "1", flag],
    folder.path,
  );
  expect([exit, stderr.includes("Add --scrape-server-metrics")]).toEqual([2, true]);
});

test("secrets of the metrics' URL reach no file and no other server gets the API key", async () => {
  asked.length = 0;
  const url = `http://user:hunter22@127.0.0.1:${bare.port}/metrics?api_key=topsecret99`;
  const { exit, stderr, stdout } = await run(
    serving(mock.url, "--num-prompts", "3", "--rate", "inf", "--metrics-url", url, "--pm-job", "x"),
    folder.path,
    { OPENAI_API_KEY: "key-of-the-endpoint" },
  );
  expect(exit).toBe(0);
  expect(stderr).toContain("--pm-job chooses nothing");
  expect(new Set(asked)).toEqual(new Set([`/metrics Basic ${btoa("user:hunter22")}`]));
  asked.length = 0;
  const plain = `http://127.0.0.1:${bare.port}/metrics`;
  await run(
    serving(mock.url, "--num-prompts", "3", "--rate", "inf", "--metrics-url", plain, "--overwrite"),
    folder.path,
    { OPENAI_API_KEY: "key-of-the-endpoint" },
  );
  expect(new Set(asked)).toEqual(new Set(["/metrics null"]));
  const texts = readdirSync(join(folder.path, "out")).map((name) => read(`out/${name}`));
  for (const secret of ["hunter22", "topsecret99", btoa("user:hunter22"), "key-of-the-endpoint"])
    expect([stderr, stdout, ...texts].filter((text) => text.includes(secret))).toEqual([]);
});

test("seed 004's container asks for them with its variables, in each level", async () => {
  const { port } = new URL(mock.url);
  const env = {
    ...{
      IP: "127.0.0.1",
      PORT: port,
      MODELS: "mock-model",
      BACKEND: "vllm",
      REQUEST_RATES: "20,0",
      MAX_NUM_PROMPTS: "5",
    },
    ...{
      BENCHMARK_TIME_SECONDS: "1",
      STREAM_REQUEST: "true",
      SCRAPE_SERVER_METRICS: "true",
      PM_NAMESPACE: "default",
    },
    ...{ PM_JOB: "vllm-podmonitoring", INFERBENCH_CALIBRATE: "false", INFERBENCH_CLOUD_PROBE: "false" },
  };
  const { exit, stderr } = await run(["profile", "--outdir", "out", "--no-html"], folder.path, env);
  expect([exit, stderr.includes("--pm-namespace and --pm-job choose nothing")]).toEqual([0, true]);
  const levels = readdirSync(join(folder.path, "out/levels"));
  expect(levels.length).toBe(2);
  for (const level of levels) {
    const names = readdirSync(join(folder.path, "out/levels", level));
    expect(names).toContain("server_metrics.csv");
    const seed = names.find((name) => name.endsWith("-mock-model.json"))!;
    const { metrics } = JSON.parse(read(`out/levels/${level}/${seed}`));
    expect(metrics.server_metrics["vllm:request_success_total"].Increase).toBe(metrics.num_prompts_attempted);
  }
});
