import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";

/* What a storage run leaves, and leaves alone, where it does not come to its first counted step. */

setDefaultTimeout(60_000);

const folder = folderForEach();

const SMALL = ["--sample-count", "24", "--sample-size-kb", "16", "--no-cloud-probe", "--no-calibrate"];
const ENDLESS = ["--steps", "1000000", "--compute-ms", "5"];
const all = (flags: readonly string[]) => ["storage", "--run-name", "ov", ...flags];
const storage = (...flags: string[]) => run(all([...SMALL, ...flags]), folder.path);
const begin = (...flags: string[]) => start([binary, ...all([...SMALL, ...flags])], folder.path);
const path = (...names: string[]) => join(folder.path, ...names);
const metrics = (...names: string[]) => path("metrics/ov", ...names);
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Names and contents. */
const contents = () => filesIn(metrics()).map((file) => [file, readFileSync(file, "utf8")]);

const untilThere = async (...names: string[]) => {
  while (!names.some((name) => existsSync(name))) await Bun.sleep(5);
};

const SAMPLES_ONCE = 24 * 16 * 1024;

/** Before a run has files, what it has read is the sign that it goes on. */
const untilReading = async (pid: number) => {
  const read = () => Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))![1]);
  const before = read();
  while (read() < before + 100 * SAMPLES_ONCE) await Bun.sleep(5);
};

describe("with --overwrite an earlier run stays where the new one", () => {
  let before: ReturnType<typeof contents>;
  beforeEach(async () => {
    expect((await storage("--steps", "5")).exit).toBe(0);
    before = contents();
    expect(before.length).toBe(7);
  });
  afterEach(() => expect(contents()).toEqual(before));

  test.each<[string, number, string[]]>([
    ["reads more than there is", 2, ["--steps", "500", "--cache", "cold"]],
    ["has a stride that it cannot have", 2, ["--access", "strided", "--stride", "1000"]],
    ["has too little memory", 4, ["--prefetch-depth", "10000000"]],
    ["has no GPU", 4, ["--gpu-monitor=require"]],
  ])("%s", async (_, expected, flags) => {
    expect((await storage("--overwrite", ...flags)).exit).toBe(expected);
  });

  test("is interrupted while samples are made", async () => {
    const large = ["--data-root", "d", "--sample-count", "200", "--sample-size-kb", "20480"];
    const running = start([binary, ...all(["--overwrite", "--no-cloud-probe", ...large])], folder.path);
    await untilThere(path("d"));
    running.kill("SIGINT");
    expect((await running.outcome).exit).toBe(130);
  });

  test("is interrupted in its warm-up", async () => {
    const running = begin("--overwrite", ...ENDLESS, "--warmup-steps", "5000");
    await untilReading(running.pid);
    running.kill("SIGINT");
    const { exit, stdout } = await running.outcome;
    expect([exit, stdout.includes("No step was finished")]).toEqual([130, true]);
  });

  test("finds a broken sample at once", async () => {
    writeFileSync(path("data/serving/sample_000003.bin"), new Uint8Array(16 * 1024));
    const { exit } = await storage("--overwrite", "--verify", "--gbs", "24", "--mbs", "24", "--steps", "3");
    expect(exit).toBe(1);
  });
});

test("with --overwrite an earlier run goes when the first counted step is there", async () => {
  expect((await storage("--steps", "5")).exit).toBe(0);
  mkdirSync(metrics("mine"));
  writeFileSync(metrics("mine/thesis.tex"), "mine");
  const running = begin("--overwrite", ...ENDLESS);
  while (!linesOf(metrics("metadata.yaml")).includes("status: running")) await Bun.sleep(5);
  expect(existsSync(metrics("summary.json"))).toBe(false);
  await untilLines(metrics("steps/0.csv"), 10);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  const summary = JSON.parse(readFileSync(metrics("summary.json"), "utf8"));
  expect([summary.steps.asked, summary.run.interrupted, summary.failure]).toEqual([1_000_000, true, null]);
  expect(readFileSync(metrics("mine/thesis.tex"), "utf8")).toBe("mine");
});

describe("of a run that is killed", () => {
  test("no file is empty", async () => {
    const running = begin(...ENDLESS);
    await untilLines(metrics("per_step_data_loading_time/0.csv"), 3);
    running.kill("SIGKILL");
    await running.outcome;
    expect(filesIn(metrics()).filter((file) => statSync(file).size === 0)).toEqual([]);
    expect(existsSync(metrics("summary.json"))).toBe(false);
    expect(linesOf(metrics("steps/0.csv")).length).toBeGreaterThan(3);
  });

  test.each<[string, string[], (pid: number) => Promise<void>]>([
    [
      "while samples are made",
      ["--data-root", "d", "--sample-count", "200", "--sample-size-kb", "20480", "--no-cloud-probe"],
      () => untilThere(path("d")),
    ],
    ["in its warm-up", [...SMALL, ...ENDLESS, "--warmup-steps", "5000"], untilReading],
  ])("%s the directory can be used again", async (_, flags, until) => {
    const running = start([binary, ...all(flags)], folder.path);
    await until(running.pid);
    running.kill("SIGKILL");
    await running.outcome;
    const again = await storage("--steps", "2", "--data-root", "other");
    expect([again.exit, again.exit === 0 ? "" : again.stderr]).toEqual([0, ""]);
  });
});

test("a run that is interrupted in its warm-up leaves no directory", async () => {
  const running = begin(...ENDLESS, "--warmup-steps", "5000");
  await untilReading(running.pid);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  expect(existsSync(path("metrics"))).toBe(false);
});

test("samples that a run makes are named, on stderr and in the summary", async () => {
  const first = await storage("--steps", "2", "--data-root", "none/such");
  expect(first.stderr).toContain(`made 24 samples, 393 kB, in ${path("none/such")}`);
  expect(first.stdout).toContain(`made in this run, in ${path("none/such")}`);
  const { dataset } = JSON.parse(readFileSync(metrics("summary.json"), "utf8"));
  expect(dataset.made).toEqual({ samples: 24, bytes: 24 * 16 * 1024, root: path("none/such") });
  const second = await storage("--steps", "2", "--data-root", "none/such", "--overwrite");
  expect([second.exit, second.stderr.includes("made"), second.stdout.includes("made")]).toEqual([
    0,
    false,
    false,
  ]);
  expect(JSON.parse(readFileSync(metrics("summary.json"), "utf8")).dataset.made).toBeNull();
});
