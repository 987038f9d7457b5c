import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { testWhere } from "../skip.ts";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";

setDefaultTimeout(60_000);

const folder = folderForEach();

const SMALL = ["--sample-count", "24", "--sample-size-kb", "16", "--no-cloud-probe", "--no-calibrate"];
const storage = (...flags: string[]) => run(["storage", ...SMALL, ...flags], folder.path);
const path = (...names: string[]) => join(folder.path, ...names);

test("the seed's command line leaves the seed's files", async () => {
  const line =
    "--run-name demo-infer --steps 20 --gbs 16 --mbs 1 --num-workers 4 --mode infer --compute-ms 1";
  const { exit, stdout, stderr } = await storage(...line.split(" "));
  expect([exit, stderr.includes("error")]).toEqual([0, false]);
  expect(stdout).toContain("Throughput");
  const metrics = (...names: string[]) => path("metrics/demo-infer", ...names);
  expect(linesOf(metrics("per_microbatch_data_loading_time/0.csv")).length).toBe(20 * 16);
  const steps = linesOf(metrics("per_step_data_loading_time/0.csv"));
  expect(steps.length).toBe(20);
  expect(steps[19]).toMatch(/^19,\d+\.\d{6}\r?$/);
  const metadata = parse(readFileSync(metrics("metadata.yaml"), "utf8"));
  expect(metadata).toMatchObject({ benchmark: "storage", run_name: "demo-infer", status: "complete" });
  expect(metadata.parameters).toMatchObject({ mode: "infer", steps: 20, gbs: 16, mbs: 1, num_workers: 4 });
  expect(metadata.summary).toMatchObject({ steps: 20, microbatches_per_step: 16, samples_available: 24 });
  const summary = JSON.parse(readFileSync(metrics("summary.json"), "utf8"));
  expect(summary.steps).toMatchObject({ asked: 20, done: 20 });
  expect(existsSync(metrics("summary.txt"))).toBe(true);
});

test("a second run uses the samples that are there, and refuses to write over the first's results", async () => {
  const flags = ["--run-name", "a", "--steps", "2", "--gbs", "8"];
  expect((await storage(...flags)).exit).toBe(0);
  const second = await storage(...flags);
  expect([second.exit, second.stderr.includes("is not empty")]).toEqual([2, true]);
  expect((await storage(...flags, "--overwrite", "--direct", "--cache", "cold", "--verify")).exit).toBe(0);
});

test("a run that goes on keeps its directory: another one is refused, and touches nothing", async () => {
  const first = start(
    [binary, "storage", ...SMALL, "--run-name", "a", "--steps", "100000", "--compute-ms", "1"],
    folder.path,
  );
  await untilLines(path("metrics/a/steps/0.csv"), 3);
  const second = await storage("--run-name", "a", "--steps", "2", "--overwrite");
  expect([second.exit, second.stderr.includes("another run is writing to")]).toEqual([2, true]);
  const before = linesOf(path("metrics/a/steps/0.csv")).length;
  await untilLines(path("metrics/a/steps/0.csv"), before + 1);
  first.kill("SIGINT");
  expect((await first.outcome).exit).toBe(130);
});

test("a gate that does not hold is exit 3, in the table and in the summary", async () => {
  const flags = ["--steps", "5", "--compute-ms", "5"];
  const { exit, stdout } = await storage(
    "--run-name",
    "a",
    ...flags,
    "--gate",
    "au>1",
    "--gate",
    "step.p50>=1ms",
  );
  expect([exit, stdout.includes("Gate        FAILED  au>1"), stdout.includes("passed  step.p50")]).toEqual([
    3,
    true,
    true,
  ]);
  const { gates } = JSON.parse(readFileSync(path("metrics/a/summary.json"), "utf8"));
  expect(gates).toMatchObject([{ gate: "au>1", passed: false }, { passed: true }]);
  const wrong = await storage("--run-name", "b", "--gate", "ua>1");
  expect([wrong.exit, wrong.stderr.includes('there is no "ua"')]).toEqual([2, true]);
});

test("a sample that became shorter is an error with both sizes, not another measurement", async () => {
  expect((await storage("--run-name", "a", "--steps", "2")).exit).toBe(0);
  truncateSync(path("data/serving/sample_000007.bin"), 5000);
  const { exit, stderr } = await storage("--run-name", "b", "--steps", "2");
  expect([exit, stderr.replaceAll(/\s+/g, " ")]).toEqual([
    2,
    expect.stringMatching(/sample_000007\.bin has 5000 bytes, and its index .* says 16384/),
  ]);
  rmSync(path("data/serving/sample_000007.bin"));
  const gone = await storage("--run-name", "b", "--steps", "2");
  expect([gone.exit, gone.stderr.includes("sample_000007.bin")]).toEqual([2, true]);
});

test("--json prints the summary and nothing else", async () => {
  const { exit, stdout } = await storage("--run-name", "a", "--steps", "2", "--json");
  expect([exit, JSON.parse(stdout).run.runName]).toEqual([0, "a"]);
});

test("Ctrl-C ends the run in order, with the steps until then", async () => {
  const flags = ["--run-name", "long", "--steps", "1000000", "--compute-ms", "5"];
  const running = start([binary, "storage", ...SMALL, ...flags], folder.path);
  const steps = path("metrics/long/steps/0.csv");
  await untilLines(steps, 3);
  running.kill("SIGINT");
  const { exit, stdout } = await running.outcome;
  expect([exit, stdout.includes("INTERRUPTED")]).toEqual([130, true]);
  expect(readFileSync(path("metrics/long/metadata.yaml"), "utf8")).toContain("status: interrupted");
  expect(linesOf(steps).length).toBeGreaterThan(3);
});

test("Ctrl-C twice while samples are made names the folder that stays, which the next start removes", async () => {
  const many = ["--data-root", "d", "--sample-count", "200", "--sample-size-kb", "20480", "--no-cloud-probe"];
  const running = start([binary, "storage", "--run-name", "a", ...many], folder.path);
  const workshops = () =>
    existsSync(path("d"))
      ? readdirSync(path("d")).filter((name) => name.startsWith(".inferbench-generating-"))
      : [];
  while (!workshops().some((name) => existsSync(path("d", name, "sample_000001.bin")))) await Bun.sleep(5);
  // Both are there when it goes on.
  for (const signal of ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const) running.kill(signal);
  const { exit, stderr } = await running.outcome;
  const [left, ...others] = workshops();
  expect([exit, others]).toEqual([130, []]);
  expect(stderr.replaceAll(/\s+/g, " ")).toContain(`${left!} has the samples made so far`);
  expect((await storage("--run-name", "b", "--data-root", "d", "--steps", "2")).exit).toBe(0);
  expect(readdirSync(path("d")).filter((name) => name.startsWith("."))).toEqual([]);
});

test("of two that start on one new --data-root one makes the samples, and the other waits for them", async () => {
  const made = ["--data-root", "d", "--sample-count", "64", "--sample-size-kb", "1024", "--no-cloud-probe"];
  const few = [...made, "--no-calibrate", "--steps", "2", "--gbs", "8", "--mbs", "1"];
  const maker = start([binary, "storage", "--run-name", "a", ...few], folder.path);
  const isAtIt = () =>
    existsSync(path("d")) &&
    readdirSync(path("d")).some((name) => existsSync(path("d", name, "sample_000000.bin")));
  while (!isAtIt()) await Bun.sleep(5);
  maker.kill("SIGSTOP");
  const command = `exec "${binary}" storage --run-name b ${few.join(" ")} 2>waiting.log`;
  const waiting = start(["sh", "-c", command], folder.path);
  await untilLines(path("waiting.log"), 1);
  expect(readFileSync(path("waiting.log"), "utf8")).toContain(`process ${maker.pid} on `);
  maker.kill("SIGCONT");
  expect([(await maker.outcome).exit, (await waiting.outcome).exit]).toEqual([0, 0]);
  const summary = JSON.parse(readFileSync(path("metrics/b/summary.json"), "utf8"));
  expect([summary.dataset.samples, readdirSync(path("d")).length]).toEqual([64, 66]);
});

test("samples that were being moved to where they are read when their maker was killed are not read", async () => {
  expect((await storage("--run-name", "a", "--data-root", "d", "--steps", "2")).exit).toBe(0);
  mkdirSync(path("d/.inferbench-generating-killed"));
  for (const name of ["sample_000023.bin", "inferbench-dataset.json"])
    renameSync(path("d", name), path("d/.inferbench-generating-killed", name));
  const { exit, stderr } = await storage("--run-name", "b", "--data-root", "d", "--steps", "2");
  expect([exit, stderr.includes("are not all there")]).toEqual([2, true]);
});

test("Ctrl-C while a store is looked through ends at once", async () => {
  const asked = Promise.withResolvers<void>();
  const silent = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  });
  const flags = ["--run-name", "a", "--data-root", silent.url.href, "--no-cloud-probe"];
  const running = start([binary, "storage", ...flags], folder.path);
  await asked.promise;
  running.kill("SIGINT");
  const { exit, stderr } = await running.outcome;
  expect([exit, stderr.includes("interrupted before the run began")]).toEqual([130, true]);
  expect(existsSync(path("metrics/a"))).toBe(false);
  await silent.stop(true);
});

describe("a bad input is an error that leaves the folder as it was", () => {
  test.each<[string, string[], () => void, number, RegExp]>([
    ["no samples", ["--data-root", "none", "--auto-generate", "false"], () => {}, 2, /there are no samples/],
    ["batches that do not divide", ["--gbs", "10", "--mbs", "4"], () => {}, 2, /not a multiple/],
    [
      "a shard shorter than its index says",
      ["--data-root", "cut"],
      () => {
        mkdirSync(path("cut"));
        writeFileSync(path("cut/a.rec"), "short");
        const shards = [{ name: "a.rec", samples: 9 }];
        const index = { layout: "records", samples: 9, recordBytes: 4, shards };
        writeFileSync(path("cut/inferbench-dataset.json"), JSON.stringify(index));
      },
      2,
      /has 5 bytes, and its index says 9 records of 4/,
    ],
  ])("%s", async (_, flags, prepare, expectedExit, message) => {
    prepare();
    const own = flags.includes("cut") ? ["--no-cloud-probe"] : SMALL;
    const { exit, stderr } = await run(["storage", ...own, "--run-name", "bad", ...flags], folder.path);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
    expect(exit).toBe(expectedExit);
    expect(existsSync(path("metrics/bad/summary.json"))).toBe(false);
    if (existsSync(path("cut")))
      expect(readdirSync(path("cut")).sort()).toEqual(["a.rec", "inferbench-dataset.json"]);
  });
});

test("samples that change under the run end it, with what was measured", async () => {
  expect((await storage("--run-name", "first", "--steps", "1")).exit).toBe(0);
  writeFileSync(path("data/serving/sample_000003.bin"), new Uint8Array(16 * 1024));
  // Sample after sample, so that there are steps before the changed one.
  const oneByOne = ["--gbs", "1", "--mbs", "1", "--num-workers", "1", "--access", "sequential"];
  const whole = ["--run-name", "second", "--steps", "200", "--verify", "--warmup-steps", "0"];
  const { exit, stdout, stderr } = await storage(...whole, ...oneByOne, "--prefetch-depth", "0");
  expect([exit, stdout.includes("FAILED"), stderr.includes("is not what was written")]).toEqual([
    1,
    true,
    true,
  ]);
  const metadata = parse(readFileSync(path("metrics/second/metadata.yaml"), "utf8"));
  expect(metadata).toMatchObject({ status: "failed", failure: expect.stringContaining("sample_000003.bin") });
  expect(linesOf(path("metrics/second/per_step_data_loading_time/0.csv"))).toHaveLength(3);
});

test("a run that measured nothing leaves nothing, so that the same command can be given again", async () => {
  const flags = ["--run-name", "again", "--steps", "2", "--gbs", "24", "--mbs", "24", "--num-workers", "1"];
  expect((await storage("--run-name", "first", "--steps", "1")).exit).toBe(0);
  const sample = path("data/serving/sample_000003.bin");
  const content = readFileSync(sample);
  writeFileSync(sample, new Uint8Array(16 * 1024));
  // The first microbatch has every sample.
  const { exit, stderr } = await storage(...flags, "--verify");
  expect([exit, stderr.includes("is not what was written")]).toEqual([1, true]);
  expect(readdirSync(path("metrics"))).toEqual(["first"]);
  writeFileSync(sample, content);
  expect((await storage(...flags, "--verify")).exit).toBe(0);
});

describe("energy and cost", () => {
  const brief = ["--run-name", "e", "--steps", "50", "--gbs", "8", "--mbs", "2"];
  const summary = () => JSON.parse(readFileSync(path("metrics/e/summary.json"), "utf8"));

  test("of a stand-in GPU, for each sample and token", async () => {
    // Energy needs readings over 95 % of a window: 2 s of it leave 100 ms for one that comes late.
    const line = "0, GPU-a, 1000, 81559, 55, 200.0, 60, 1980, 2600, 9";
    writeFileSync(path("nvidia-smi"), `#!/bin/bash\nwhile :; do echo "${line}"; sleep 0.02; done\n`);
    chmodSync(path("nvidia-smi"), 0o755);
    const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
    const flags = ["--gpu-monitor=require", "--gpu-interval", "50ms", "--idle-baseline", "2s"];
    const priced = ["--price-per-hour", "3.6", "--tokens-per-sample", "100", "--compute-ms", "40"];
    const all = ["storage", ...SMALL, ...brief, ...flags, ...priced];
    const { exit, stdout, stderr } = await run(all, folder.path, env);
    expect([exit, exit === 0 ? "" : stderr]).toEqual([0, ""]);
    const { gpu, energy, cost, windowS } = summary();
    expect(gpu.devices[0].utilizationPercent.mean).toBe(55);
    expect(energy.idleS).toBeGreaterThanOrEqual(2);
    expect(energy.gpus).toMatchObject({ idlePowerW: expect.closeTo(200, 6) });
    expect(energy.gpus.joules).toBeCloseTo(200 * windowS, 6);
    expect(energy.gpus.joulesPerSample).toBeCloseTo((200 * windowS) / 400, 6);
    expect(energy.gpus.joulesPerToken).toBeCloseTo((200 * windowS) / 40_000, 8);
    expect(cost.usd).toBeCloseTo((3.6 * windowS) / 3600, 9);
    expect(cost.usdPerSample).toBeCloseTo(cost.usd / 400, 12);
    expect(cost.usdPerMTokens).toBeCloseTo((cost.usd / 40_000) * 1e6, 9);
    expect(stdout).toContain("GPU energy");
    expect(linesOf(path("metrics/e/gpu_memory.csv")).length).toBeGreaterThan(3);
  });

  test("a cost alone leaves energy out, and what has no effect is refused", async () => {
    expect((await storage(...brief, "--price-per-hour", "3.6", "--compute-ms", "1")).exit).toBe(0);
    expect(summary()).toMatchObject({ gpu: null, energy: null, price: { usdPerHour: 3.6 } });
    expect(existsSync(path("metrics/e/gpu_memory.csv"))).toBe(false);
    const idle = await storage("--run-name", "f", "--tokens-per-sample", "5");
    expect([idle.exit, idle.stderr.includes("neither energy nor cost")]).toEqual([2, true]);
    const two = { RANK: "0", WORLD_SIZE: "2", MASTER_ADDR: "127.0.0.1" };
    const ranks = await run(["storage", ...brief, "--price-per-hour", "1"], folder.path, two);
    expect([ranks.exit, ranks.stderr.includes("there are 2 ranks")]).toEqual([2, true]);
  });
});

const inMemory = testWhere(existsSync("/dev/shm"), "no /dev/shm");
inMemory("memory is not called cold storage", async () => {
  const data = mkdtempSync("/dev/shm/inferbench-test-");
  try {
    const flags = ["--data-root", data, "--cache", "cold", "--steps", "1", "--gbs", "8", "--mbs", "1"];
    const { exit, stderr } = await storage("--run-name", "bad", ...flags);
    expect([exit, stderr.includes("cannot be made cold")]).toEqual([4, true]);
  } finally {
    rmSync(data, { recursive: true });
  }
});
