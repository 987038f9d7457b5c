import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { toLine } from "../../src/benchmarks/serving/record-line.ts";
import { decodePng } from "../../src/report/figures/png.fake.ts";
import { fakeRecord } from "../../src/report/figures/serving/run.fake.ts";
import { run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const ALL = [
  "itl_distribution",
  "requests_over_time",
  "swim_lanes",
  "throughput_latency",
  "throughput_normalized_latency",
  "ttft_distribution",
];
const brief = ["--num-prompts", "20", "--output-tokens", "8"];

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "2ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const at = (...names: string[]) => join(folder.path, ...names);
const pictures = (directory: string, ending: string) =>
  readdirSync(at(directory))
    .filter((name) => name.endsWith(`.${ending}`))
    .map((name) => name.slice(0, -ending.length - 1))
    .sort();
const serve = (outdir: string, flags: readonly string[], env: Record<string, string> = {}) =>
  run(
    ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", outdir, ...brief, ...flags],
    folder.path,
    env,
  );

/** A directory with the records of a run, and what else of it there is. */
function savedRun(name: string, requests: number, metadata: object | null): void {
  mkdirSync(at(name));
  const lines = Array.from({ length: requests }, (_, i) => `${toLine(fakeRecord(i, 50, 8))}\n`);
  writeFileSync(at(name, "requests.jsonl"), lines.join(""));
  if (metadata !== null) writeFileSync(at(name, "metadata.yaml"), stringify(metadata));
}

test("serving draws its pictures where nothing but the executable is", async () => {
  const { exit, stderr } = await serve("out", [], { INFERBENCH_FIGURES: "png" });
  expect([exit, stderr.includes("could not be drawn")]).toEqual([0, false]);
  expect(pictures("out", "png")).toEqual(ALL);
  const { width, height, pixels } = decodePng(readFileSync(at("out", "throughput_latency.png")));
  expect([width, height > 700, pixels.length]).toEqual([1650, true, 4 * width * height]);
  expect(new Set(pixels).size).toBeGreaterThan(50);
});

test("--figures svg and none, and a theme", async () => {
  expect((await serve("a", ["--figures", "svg", "--theme", "print"])).exit).toBe(0);
  expect([pictures("a", "svg"), pictures("a", "png")]).toEqual([ALL, []]);
  expect(readFileSync(at("a", "swim_lanes.svg"), "utf8")).toStartWith('<svg width="297mm" height="210mm"');
  expect((await serve("b", ["--figures", "none"])).exit).toBe(0);
  expect([pictures("b", "svg"), pictures("b", "png")]).toEqual([[], []]);
});

test("report redraws a run into its directory, and replaces nothing but figures there", async () => {
  await serve("out", ["--figures", "svg"]);
  writeFileSync(at("out", "notes.md"), "mine");
  const before = readFileSync(at("out", "requests.jsonl"), "utf8");
  rmSync(at("out", "swim_lanes.svg"));
  const { exit, stdout } = await run(["report", "out", "--figures", "svg"], folder.path);
  expect(exit).toBe(0);
  expect(stdout.trim().split("\n").sort()).toEqual(ALL.map((name) => at("out", `${name}.svg`)));
  expect(pictures("out", "svg")).toEqual(ALL);
  expect([
    readFileSync(at("out", "notes.md"), "utf8"),
    readFileSync(at("out", "requests.jsonl"), "utf8"),
  ]).toEqual(["mine", before]);
  const elsewhere = await run(
    ["report", "out", "--figures", "png", "--theme", "dark", "--outdir", "pictures", "--json"],
    folder.path,
  );
  expect(JSON.parse(elsewhere.stdout).files).toHaveLength(6);
  expect([pictures("pictures", "png"), pictures("out", "png")]).toEqual([ALL, []]);
});

test("GPU readings stand on the run's time", async () => {
  writeFileSync(
    at("nvidia-smi"),
    '#!/bin/bash\nwhile :; do echo "0, GPU-a, 1000, 81559, 55, 300.5, 60, 1980, 2600, 9"; sleep 0.02; done\n',
  );
  chmodSync(at("nvidia-smi"), 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  expect((await serve("out", ["--gpu-monitor=require", "--figures", "svg"], env)).exit).toBe(0);
  const svg = readFileSync(at("out", "requests_over_time.svg"), "utf8");
  expect([svg.includes("GPU utilisation, %"), svg.includes("GPU power, W")]).toEqual([true, true]);
});

test("several runs come into one figure each; at several loads they are a curve with its goodput", async () => {
  for (const users of ["2", "4"]) {
    const { exit } = await serve(`users${users}`, ["--concurrency", users, "--slo", "ttft=1s,p95"]);
    expect(exit).toBe(0);
  }
  const directories = ["users4", "users2"];
  const report = (...flags: string[]) => run(["report", ...directories, ...flags], folder.path);
  const { exit, stdout, stderr } = await report("--figures", "svg", "--outdir", "both");
  expect([exit, stderr]).toEqual([0, ""]);
  // Their comparison stands before the files, as before the page.
  const [text] = stdout.split(/\n(?=\/)/);
  expect(text).toMatch(/^users4 .*[\s\S]*\nDifferences from users4\nusers2 .*(noise|not known)$/m);
  expect((await report("--html", "--outdir", "paged")).stdout).toStartWith(text!);
  expect(JSON.parse((await report("--html", "--outdir", "paged", "--json")).stdout).files).toHaveLength(1);
  expect(pictures("both", "svg")).toEqual(["goodput_rate", ...ALL.filter((name) => name !== "swim_lanes")]);
  const curve = readFileSync(at("both", "throughput_latency.svg"), "utf8");
  expect(curve).toMatch(/2 loads, n = .*2 users.*4 users/s);
  expect(readFileSync(at("both", "goodput_rate.svg"), "utf8")).toContain("95 % asked for");
});

test("a killed run is drawn as far as it went, and marked", async () => {
  savedRun("killed", 60, { runName: "killed", status: "running", startedAt: "2026-11-23T05:55:12.000Z" });
  appendFileSync(at("killed", "requests.jsonl"), toLine(fakeRecord(60, 50, 8)).slice(0, 90));
  const { exit, stdout, stderr } = await run(["report", "killed", "--figures", "svg"], folder.path);
  expect([exit, stderr.includes("ends in the middle of a line")]).toEqual([0, true]);
  expect(stdout.trim().split("\n")).toHaveLength(4);
  const svg = readFileSync(at("killed", "ttft_distribution.svg"), "utf8");
  expect(svg).toContain("Incomplete, the run did not come to its end");
  expect(svg).toContain("n = 57 ");
});

test.each([
  ["a directory that is not there", () => {}, "there is no such directory"],
  ["a directory that is none of a run", () => mkdirSync(at("in")), "no run directory: it has neither"],
  ["no request", () => savedRun("in", 0, null), "nothing to draw"],
  [
    "a line that is no record",
    () => {
      savedRun("in", 3, null);
      appendFileSync(at("in", "requests.jsonl"), '{"index":3}\n');
    },
    "requests.jsonl, line 4: no record of a request",
  ],
  [
    "metadata of something else",
    () => savedRun("in", 3, { plan: 7 }),
    "metadata.yaml is not what a serving run writes",
  ],
  [
    "a summary that is cut off",
    () => {
      savedRun("in", 3, null);
      writeFileSync(at("in", "summary.json"), '{"benchmark":');
    },
    "summary.json",
  ],
])("report of %s says what and where, exit 2", async (_, prepare, words) => {
  prepare();
  const { exit, stdout, stderr } = await run(["report", "in", "--figures", "svg"], folder.path);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
});

test("report prints summaries in other formats", async () => {
  await serve("out", ["--gate", "ttft.p50<1ms"]);
  const summary = JSON.parse(readFileSync(at("out", "summary.json"), "utf8"));
  const report = async (format: string, ...more: string[]) =>
    run(["report", "out", "--format", format, ...more], folder.path);
  expect(JSON.parse((await report("json")).stdout)).toEqual(summary);
  expect((await report("md")).stdout).toContain("| TTFT, ms | 20 |");
  expect((await report("csv")).stdout).toContain("out,whole,ttft,ms,20,");
  expect((await report("junit")).stdout).toContain('name="ttft.p50&lt;1ms">\n      <failure');
});

test("a killed run's records are printed as text and in other formats, judged and marked", async () => {
  const plan = { slo: "ttft=1s", gates: ["ttft.p50<1ms"] };
  savedRun("killed", 60, { runName: "r", status: "running", startedAt: "2026-11-23T05:55:12.000Z", plan });
  appendFileSync(at("killed", "requests.jsonl"), toLine(fakeRecord(60, 50, 8)).slice(0, 90));
  const report = (format: string) => run(["report", "killed", "--format", format], folder.path);
  const md = await report("md");
  expect(md.exit).toBe(0);
  expect(md.stdout).toContain("**Incomplete**: the run did not come to its end.");
  expect(md.stdout).toContain("| TTFT, ms | 57 |");
  // Read twice, said once.
  expect(md.stderr.match(/ends in the middle of a line/g)).toHaveLength(1);
  expect((await report("csv")).stdout).toMatch(/^r,whole,ttft,ms,57,.*,incomplete,,.*$/m);
  expect((await report("junit")).stdout).toContain('message="the run did not come to its end"');
  expect(JSON.parse((await report("json")).stdout)).toMatchObject({
    benchmark: "serving",
    complete: false,
    run: { runName: "r" },
    whole: { requests: { total: 60, succeeded: 57 }, metrics: { ttft: { n: 57 } } },
  });
  const env = { INFERBENCH_FIGURES: "none", INFERBENCH_HTML: "" };
  const { stdout } = await run(["report", "killed"], folder.path, env);
  expect(stdout).toContain("\nRequests    60 due · 57 ok · 3 failed");
  expect(stdout).toMatch(/\nTTFT +57 /);
  expect(stdout).toContain("\nGoodput     ");
  expect(stdout).toContain("\nGate        FAILED  ttft.p50<1ms");
  expect((await report("junit")).stdout).toContain('name="ttft.p50&lt;1ms">\n      <failure');
  writeFileSync(at("killed", "requests.jsonl"), "");
  const empty = await report("md");
  expect([empty.exit, empty.stderr.includes("nothing to print")]).toEqual([2, true]);
});

test("report alone makes everything again but the records: text, figures and page", async () => {
  expect((await serve("out", [], { INFERBENCH_HTML: "true" })).exit).toBe(0);
  const page = readFileSync(at("out", "report.html"), "utf8");
  const text = readFileSync(at("out", "summary.txt"), "utf8");
  for (const name of ["report.html", "summary.txt"]) rmSync(at("out", name));
  const env = { INFERBENCH_FIGURES: "", INFERBENCH_HTML: "" };
  const { exit, stdout } = await run(["report", "out"], folder.path, env);
  expect(exit).toBe(0);
  const [summary, files] = stdout.trim().split(/\n\n(?=\S+\/out\/)/);
  expect(files!.split("\n").length).toBe(ALL.length + 2);
  expect(readFileSync(at("out", "summary.txt"), "utf8").trim()).toBe(summary!);
  // Saved instants are rounded, so that a packed number may differ in its last digit: the numbers in the text are the same.
  const shown = (of: string) => of.slice(of.indexOf('id="verdict"'), of.indexOf('id="figures-section"'));
  expect(shown(readFileSync(at("out", "report.html"), "utf8"))).toBe(shown(page));
  // The heading is the plan's, which the summary does not have; the figures are the same.
  const figures = (of: string) => of.slice(of.indexOf("Requests  "));
  expect(figures(readFileSync(at("out", "summary.txt"), "utf8"))).toBe(figures(text));
});

test("several runs make one page; a killed one says so in its page", async () => {
  savedRun("a", 30, null);
  savedRun("b", 30, { runName: "b", status: "running" });
  const both = (...flags: string[]) => run(["report", "a", "b", ...flags, "--outdir", "both"], folder.path);
  const { exit, stdout, stderr } = await both("--html");
  expect([exit, stderr, readdirSync(at("both"))]).toEqual([0, "", ["report.html"]]);
  expect(stdout).toMatch(/^b .*did not come to its end$/m);
  const [text] = stdout.split(/\n(?=\/)/);
  expect((await both("--figures", "svg")).stdout).toStartWith(text!);
  expect((await run(["report", "b", "--html"], folder.path)).exit).toBe(0);
  const page = readFileSync(at("b", "report.html"), "utf8");
  expect(page.includes("Incomplete, the run did not come to its end")).toBe(true);
});

test("the environment's format is for drawing: it asks for nothing, and forbids nothing", async () => {
  savedRun("in", 3, null);
  const report = async (env: Record<string, string>, ...flags: string[]) =>
    (await run(["report", "in", ...flags], folder.path, env)).exit;
  expect(await report({ INFERBENCH_FIGURES: "none" }, "--figures", "svg")).toBe(0);
  expect(await report({ INFERBENCH_FIGURES: "png", INFERBENCH_THEME: "dark" }, "--definitions", "vllm")).toBe(
    0,
  );
  expect([pictures("in", "png"), pictures("in", "svg").length]).toEqual([[], 4]);
  // Neither figures nor the page, which the tests' own environment leaves out.
  expect(await report({ INFERBENCH_FIGURES: "none" })).toBe(2);
  expect(await report({ INFERBENCH_FIGURES: "none", INFERBENCH_HTML: "true" })).toBe(0);
});

test("report without anything to do, or with flags of something else, is exit 2", async () => {
  savedRun("in", 3, null);
  for (const flags of [
    [],
    ["--theme", "dark"],
    ["--definitions", "vllm", "--outdir", "x"],
    ["--figures", "gif"],
  ]) {
    expect((await run(["report", "in", ...flags], folder.path)).exit).toBe(2);
  }
  expect((await run(["report", "--figures", "png"], folder.path)).exit).toBe(2);
});

test("the line of seed 003 leaves its picture", async () => {
  const line = [
    "--duration",
    "1",
    "--rate",
    "20",
    "--concurrency",
    "8",
    "--prompt-dist",
    "uniform",
    "--min-tokens",
    "8",
    "--max-tokens",
    "128",
    "--outdir",
    "./results/run1",
    "--gpu-monitor",
  ];
  const { exit } = await run(["serving", "--endpoint", `${mock.url}/v1/generate`, ...line], folder.path, {
    INFERBENCH_FIGURES: "",
  });
  // 5: on a machine this busy the client may be late, and says so.
  expect(exit).toBe(0);
  expect(parse(readFileSync(at("results", "run1", "metadata.yaml"), "utf8")).status).toBe("complete");
  expect(readdirSync(at("results", "run1"))).toContain("throughput_latency.png");
});
