import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { decodePng } from "../../src/report/figures/png.fake.ts";
import { emptyFolder, run } from "../support/binary.ts";

setDefaultTimeout(60_000);

const SMALL = ["--sample-count", "24", "--sample-size-kb", "16", "--no-cloud-probe", "--no-calibrate"];
const BATCH = ["--steps", "12", "--gbs", "8", "--mbs", "2", "--compute-ms", "1"];

let folder: ReturnType<typeof emptyFolder>;
const at = (...names: string[]) => join(folder.path, ...names);
const storage = (name: string, flags: readonly string[] = []) =>
  run(["storage", ...SMALL, ...BATCH, "--run-name", name, ...flags], folder.path);
const report = (args: readonly string[], env: Record<string, string> = {}) =>
  run(["report", ...args], folder.path, env);
const pictures = (...directory: string[]) =>
  readdirSync(at(...directory))
    .filter((name) => /\.(?:png|svg)$/.test(name))
    .sort();

beforeAll(async () => {
  folder = emptyFolder();
  for (const [name, workers] of [
    ["baseline", "1"],
    ["more", "4"],
  ] as const)
    expect((await storage(name, ["--num-workers", workers])).exit).toBe(0);
});
afterAll(() => folder.remove());

/** What was printed: the text, and below it the files, a line each. */
function written(stdout: string): string[] {
  const at = stdout.lastIndexOf("\n\n");
  return [stdout.slice(0, at), ...stdout.slice(at).trim().split("\n")];
}

const A = "metrics/baseline";
const B = "metrics/more";

test("report A B --theme print draws the two figures in black and white, a page each", async () => {
  const { exit, stdout } = await report([A, B, "--theme", "print"], { INFERBENCH_FIGURES: "png" });
  expect(exit).toBe(0);
  const [table, ...files] = written(stdout);
  expect(table).toMatch(
    /^ +samples\/s.*\nbaseline .*[\s\S]*\nDifferences from baseline\n.*(beyond|within) noise$/m,
  );
  expect(files.map((file) => file.replace(/^.*\/results\/report-[\d-]+\//, ""))).toEqual([
    "throughput.png",
    "loading_time_tails.png",
  ]);
  for (const file of files) {
    const { width, height, pixels } = decodePng(readFileSync(file));
    expect([width, height]).toEqual([2246, 1588]);
    let coloured = 0;
    for (let i = 0; i < pixels.length; i += 4)
      if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) coloured++;
    expect(coloured).toBe(0);
  }
});

test("what differs, units, sizes and the machine are in them", async () => {
  expect((await report([A, B, "--figures", "svg", "--outdir", "pair"])).exit).toBe(0);
  expect(pictures("pair")).toEqual(["loading_time_tails.svg", "throughput.svg"]);
  const throughput = readFileSync(at("pair/throughput.svg"), "utf8");
  for (const words of ["num-workers 1 → 4", "samples/s", "B/s", "n = 12 steps", "Machine", "UTC"])
    expect(throughput).toContain(words);
  const tails = readFileSync(at("pair/loading_time_tails.svg"), "utf8");
  for (const words of ["P95", "P99", "Per step, ", "Per microbatch, ", "12 steps, 48 microbatches"])
    expect(tails).toContain(words);
});

test("storage --figures draws a run, and report redraws it beside its rows", async () => {
  expect((await storage("drawn", ["--figures", "svg"])).exit).toBe(0);
  const all = pictures("metrics/drawn");
  expect(all).toEqual([
    "loading_over_steps.svg",
    "loading_time_tails.svg",
    "microbatch_loading_distribution.svg",
    "step_loading_distribution.svg",
    "throughput.svg",
    "throughput_over_time.svg",
  ]);
  rmSync(at("metrics/drawn/throughput.svg"));
  expect((await report(["metrics/drawn", "--figures", "svg"])).exit).toBe(0);
  expect(pictures("metrics/drawn")).toEqual(all);
  expect(pictures("metrics/baseline")).toEqual([]);
});

test("storage writes its page, and report makes it again, with the text; several runs share one", async () => {
  expect((await storage("paged", ["--html"])).exit).toBe(0);
  const page = readFileSync(at("metrics/paged/report.html"), "utf8");
  expect(page).toContain("<h1>paged</h1>");
  const text = readFileSync(at("metrics/paged/summary.txt"), "utf8");
  for (const name of ["report.html", "summary.txt"]) rmSync(at("metrics/paged", name));
  const { exit, stdout } = await report(["metrics/paged"], { INFERBENCH_HTML: "true" });
  expect(exit).toBe(0);
  const [said, ...files] = written(stdout);
  expect(files.map((file) => basename(file))).toEqual(["summary.txt", "report.html"]);
  expect(said).toBe(readFileSync(at("metrics/paged/summary.txt"), "utf8").trimEnd());
  expect(readFileSync(at("metrics/paged/report.html"), "utf8")).toBe(page);
  // Its first lines, which only the old one had, are made from metadata.yaml.
  const table = (whole: string) => whole.slice(whole.indexOf("\n\n"));
  expect(table(readFileSync(at("metrics/paged/summary.txt"), "utf8"))).toBe(table(text));
  expect((await report([A, B, "--html", "--outdir", "both"])).exit).toBe(0);
  expect(readFileSync(at("both/report.html"), "utf8")).toContain("Differs: num-workers 1 → 4");
});

test("GPU readings stand on the run's time", async () => {
  writeFileSync(
    at("nvidia-smi"),
    '#!/bin/bash\nwhile :; do echo "0, GPU-a, 1000, 81559, 55, 300.5, 60, 1980, 2600, 9"; sleep 0.02; done\n',
  );
  chmodSync(at("nvidia-smi"), 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  const long = ["--steps", "60", "--gbs", "8", "--mbs", "2", "--compute-ms", "10"];
  const flags = ["--run-name", "gpu", "--gpu-monitor=require", "--figures", "svg"];
  expect((await run(["storage", ...SMALL, ...long, ...flags], folder.path, env)).exit).toBe(0);
  const svg = readFileSync(at("metrics/gpu/throughput_over_time.svg"), "utf8");
  expect([svg.includes("GPU utilisation, %"), svg.includes("GPU power, W")]).toEqual([true, true]);
});

test("a killed run, and an old one of the Python tool, are drawn and marked", async () => {
  cpSync(at(A), at("killed"), { recursive: true });
  rmSync(at("killed/summary.json"));
  const metadata = readFileSync(at("killed/metadata.yaml"), "utf8");
  writeFileSync(at("killed/metadata.yaml"), metadata.replace("status: complete", "status: running"));
  writeFileSync(at("killed/steps/0.csv"), `${readFileSync(at("killed/steps/0.csv"), "utf8")}12,8,13`);
  mkdirSync(at("old"));
  for (const name of ["per_step_data_loading_time", "per_microbatch_data_loading_time"])
    cpSync(at(A, name), at("old", name), { recursive: true });
  const { exit, stderr } = await report(["killed", "old", B, "--figures", "svg", "--outdir", "three"]);
  expect([exit, stderr.includes("ends in the middle of a line")]).toEqual([0, true]);
  const svg = readFileSync(at("three/throughput.svg"), "utf8");
  expect(svg).toContain("the run did not come to its end: baseline");
  expect(svg).toContain("Rows of the Python tool");
  const printed = await report(["killed", "--format", "json"]);
  expect([printed.exit, printed.stderr.includes("shown is what its rows say")]).toEqual([0, true]);
  const { steps, throughput, metrics } = JSON.parse(printed.stdout);
  const whole = JSON.parse(readFileSync(at(A, "summary.json"), "utf8"));
  expect(steps).toMatchObject({ asked: 12, done: 12, globalBatchSize: 8, microbatchSize: 2 });
  expect(throughput.samplesPerS / whole.throughput.samplesPerS).toBeCloseTo(1, 4);
  for (const id of ["microbatchLoadMs", "stepLoadMs", "stepMs"])
    expect(metrics[id].quantiles.p95.value).toBeCloseTo(whole.metrics[id].quantiles.p95.value, 3);
  expect((await report(["killed", "--format", "junit"])).stdout).toContain("12 of 12 steps were done");
});

test("summaries in other formats", async () => {
  const of = async (format: string) => (await report([A, B, "--format", format])).stdout;
  expect(await of("md")).toContain("| step, loading, ms | 12 |");
  expect(await of("csv")).toContain("more,counted,stepLoad,ms,12,");
  expect(JSON.parse(await of("json"))).toHaveLength(2);
  expect(await of("junit")).toContain('<testsuite name="inferbench storage baseline" tests="2"');
});

test("a run that was stopped before its first step is told as that", async () => {
  cpSync(at(A, "metadata.yaml"), at("early/metadata.yaml"));
  for (const name of ["steps/0.csv", "microbatches/0.csv"]) {
    const [header] = readFileSync(at(A, name), "utf8").split("\n");
    mkdirSync(at("early", dirname(name)));
    writeFileSync(at("early", name), `${header}\n`);
  }
  const { exit, stderr } = await report(["early"], { INFERBENCH_HTML: "true" });
  expect([exit, stderr]).toEqual([2, expect.stringContaining("no step that was finished")]);
});

test("malformed rows and flags that mean nothing here are exit 2, and leave nothing", async () => {
  cpSync(at(A), at("bad"), { recursive: true });
  const [header, , ...rows] = readFileSync(at("bad/steps/0.csv"), "utf8").split("\n");
  writeFileSync(at("bad/steps/0.csv"), [header, "0,oops,1,1,1,1,1", ...rows].join("\n"));
  const { exit, stderr } = await report(["bad", "--figures", "svg", "--outdir", "none"]);
  expect([exit, existsSync(at("none"))]).toEqual([2, false]);
  expect(stderr).toMatch(/bad\/steps\/0\.csv, line 2: "oops" is no number \(samples\)/);
  for (const args of [
    [A, "--definitions", "vllm"],
    [A, "--figures", "none", "--no-html"],
    [A, "--figures", "svg", "--outdir", B],
    [A, B, "--figures", "svg", "--outdir", A],
    [A, "--format", "md", "--instance-price-per-hour", "4"],
    [A, "nowhere"],
  ])
    expect((await report(args)).exit).toBe(2);
});
