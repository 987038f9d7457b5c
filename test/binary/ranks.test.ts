import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseCsv } from "../../src/results/csv.ts";
import { binary, emptyFolder, linesOf, type Running, start, untilLines } from "../support/binary.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

setDefaultTimeout(60_000);

let folder: ReturnType<typeof emptyFolder>;
let redis: TestRedis;
beforeEach(async () => {
  folder = emptyFolder();
  redis = await startRedis();
});
afterEach(() => {
  redis.stop();
  folder.remove();
});

const COMMON = ["--run-name", "r", "--sample-count", "64", "--sample-size-kb", "4", "--num-workers", "1"];
const QUIET = ["--no-cloud-probe", "--no-calibrate"];
const path = (...names: string[]) => join(folder.path, "metrics/r", ...names);
const summary = (name = "summary.json") => JSON.parse(readFileSync(path(name), "utf8"));

function rank(rank: number, ranks: number, flags: readonly string[]): Running {
  return start([binary, "storage", ...COMMON, ...QUIET, ...flags], folder.path, {
    RANK: String(rank),
    WORLD_SIZE: String(ranks),
    MASTER_ADDR: "127.0.0.1",
    MASTER_PORT: String(redis.port),
    DIST_BACKEND: "redis",
  });
}
const all = (ranks: number, flags: readonly string[]) =>
  Array.from({ length: ranks }, (_, i) => rank(i, ranks, flags));

/** Counted rows of one of our files, by column. */
function rowsOf(file: string): Record<string, number>[] {
  const [header = [], ...rows] = parseCsv(readFileSync(path(file), "utf8"));
  const named = rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i]!, Number(cell)])));
  return named.filter(({ step }) => step! >= 0);
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test.each([2, 4])(
  "%i ranks write a file each, and the summary is that of all their records",
  async (ranks) => {
    const flags = [
      "--steps",
      "5",
      "--gbs",
      "16",
      "--mbs",
      "2",
      "--compute-ms",
      "1",
      "--access",
      "sequential",
    ];
    const outcomes = await Promise.all(all(ranks, flags).map(({ outcome }) => outcome));
    expect(outcomes.map(({ exit, stderr }) => (exit === 0 ? "" : stderr))).toEqual(Array(ranks).fill(""));
    expect(outcomes.map(({ stdout }) => stdout.includes("Throughput"))).toEqual(
      Array.from({ length: ranks }, (_, i) => i === 0),
    );
    const each = Array.from({ length: ranks }, (_, i) => i);
    const microbatches = each.map((i) => rowsOf(`microbatches/${i}.csv`));
    const steps = each.map((i) => rowsOf(`steps/${i}.csv`));
    expect(steps.map((rows) => rows.length)).toEqual(Array(ranks).fill(5));
    expect(microbatches.map((rows) => rows.length)).toEqual(Array(ranks).fill((5 * 8) / ranks));
    for (const i of each) expect(linesOf(path(`per_step_data_loading_time/${i}.csv`)).length).toBe(5);

    const merged = summary();
    expect(merged.steps).toMatchObject({ done: 5, globalBatchSize: 16, microbatchesPerStep: 8 / ranks });
    const load = microbatches.flat().map((row) => row.readEndAt! - row.readStartAt!);
    expect(merged.metrics.microbatchLoadMs.n).toBe(40);
    expect(merged.metrics.microbatchLoadMs.mean).toBeCloseTo(sum(load) / 40, 2);
    expect(merged.metrics.microbatchLoadMs.max).toBeCloseTo(Math.max(...load), 2);
    const stepMs = steps.flat().map((row) => row.computeEndAt! - row.askedAt!);
    expect(merged.metrics.stepMs.mean).toBeCloseTo(sum(stepMs) / stepMs.length, 2);
    const windows = steps.map((rows) => rows.at(-1)!.computeEndAt! - rows[0]!.askedAt!);
    const compute = steps.flat().map((row) => row.computeMs!);
    expect(merged.compute.au).toBeCloseTo(sum(compute) / sum(windows), 3);
    expect(merged.reads.sampleBytes).toBe(6 * 16 * 4096);
    // 96 samples of 64: each of them, all ranks' shares together.
    expect(merged.dataset).toMatchObject({ samplesRead: 64, epochs: 1.5 });
    expect(merged.ranks.map((one: { rank: number }) => one.rank)).toEqual(each);
    // Of one machine.
    expect(merged.dataset.hostMemoryBytes).toBe(merged.ranks[0].hostMemoryBytes);
    for (const i of each)
      expect(summary(`summaries/${i}.json`).throughput).toEqual(merged.ranks[i].throughput);
    expect(parse(readFileSync(path(`metadata/${ranks - 1}.yaml`), "utf8")).status).toBe("complete");
  },
);

test("a killed rank is named within the time-out, and the run fails with what was measured kept", async () => {
  const flags = [
    "--steps",
    "100000",
    "--gbs",
    "8",
    "--mbs",
    "2",
    "--compute-ms",
    "5",
    "--rank-timeout",
    "1s",
  ];
  const running = all(2, flags);
  await Promise.all([0, 1].map((i) => untilLines(path(`steps/${i}.csv`), 5)));
  running[1]!.kill("SIGKILL");
  const { exit, stdout, stderr } = await running[0]!.outcome;
  expect([exit, stdout.includes("FAILED")]).toEqual([1, true]);
  expect(stderr).toMatch(/rank 1 is lost: not heard of for \d/);
  await running[1]!.outcome;
  expect(summary().ranks.map((one: { rank: number }) => one.rank)).toEqual([0]);
  expect(stdout).toContain("Ranks       1 of 2 (rank 1 was lost)");
  const failure = expect.stringMatching(/^rank 1 is lost: not heard of for/);
  expect(summary()).toMatchObject({ lostRanks: [1], failure });
  expect(summary().steps.done).toBeGreaterThan(0);
  expect(rowsOf("steps/1.csv").length).toBeGreaterThan(0);
  expect(parse(readFileSync(path("metadata.yaml"), "utf8"))).toMatchObject({ status: "failed", failure });
});

test("a Redis server that stops answering ends all ranks, with what was measured kept", async () => {
  const flags = [
    "--steps",
    "100000",
    "--gbs",
    "8",
    "--mbs",
    "2",
    "--compute-ms",
    "5",
    "--rank-timeout",
    "2s",
  ];
  const running = all(2, flags);
  await Promise.all([0, 1].map((i) => untilLines(path(`steps/${i}.csv`), 5)));
  redis.freeze();
  const outcomes = await Promise.all(running.map(({ outcome }) => outcome));
  for (const { exit, stderr } of outcomes) {
    expect(exit).toBe(4);
    expect(stderr).toMatch(/the Redis server at .*: there is no answer/);
  }
  expect(summary().steps.done).toBeGreaterThan(0);
  for (const i of [0, 1]) expect(summary(`summaries/${i}.json`).steps.done).toBeGreaterThan(0);
});

test("ranks that meet with a password write it nowhere, and fewer of them leave nothing of more behind", async () => {
  redis.stop();
  const password = "hunter-2-hunter";
  redis = await startRedis(password);
  const flags = ["--steps", "2", "--gbs", "8", "--mbs", "1", "--compute-ms", "0", "--overwrite"];
  const run = (ranks: number) =>
    Array.from({ length: ranks }, (_, i) =>
      start([binary, "storage", ...COMMON, ...QUIET, ...flags], folder.path, {
        RANK: String(i),
        WORLD_SIZE: String(ranks),
        INFERBENCH_REDIS_URL: `redis://:${password}@127.0.0.1:${redis.port}/0`,
      }),
    );
  const files = () => (readdirSync(path(), { recursive: true }) as string[]).sort();
  for (const ranks of [4, 2]) {
    const outcomes = await Promise.all(run(ranks).map(({ outcome }) => outcome));
    expect(outcomes.map(({ exit, stderr }) => (exit === 0 ? "" : stderr))).toEqual(Array(ranks).fill(""));
    for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(password);
    const numbered = files().filter((name) => /\/\d+\.\w+$/.test(name));
    const expected = [
      "microbatches",
      "steps",
      "per_microbatch_data_loading_time",
      "per_step_data_loading_time",
    ];
    for (const of of expected) {
      expect(numbered.filter((name) => name.startsWith(`${of}/`)).length).toBe(ranks);
    }
    expect(numbered.filter((name) => name.startsWith("metadata/")).length).toBe(ranks - 1);
    expect(numbered.filter((name) => Number(/\/(\d+)\./.exec(name)![1]) >= ranks)).toEqual([]);
  }
  const texts = files().filter((name) => /\.\w+$/.test(name));
  for (const name of texts) expect(readFileSync(path(name), "utf8")).not.toContain(password);
});

test("with --overwrite an earlier run of all ranks stays where the new one cannot begin", async () => {
  const flags = ["--steps", "2", "--gbs", "8", "--mbs", "1"];
  const both = (...more: string[]) => Promise.all([0, 1].map((i) => rank(i, 2, [...flags, ...more]).outcome));
  expect((await both()).map(({ exit }) => exit)).toEqual([0, 0]);
  const contents = () =>
    (readdirSync(path(), { recursive: true }) as string[])
      .filter((name) => /\.\w+$/.test(name))
      .sort()
      .map((name) => [name, readFileSync(path(name), "utf8")]);
  const before = contents();
  for (const { exit } of await both("--overwrite", "--prefetch-depth", "100000000")) expect(exit).not.toBe(0);
  expect(contents()).toEqual(before);
});

test("a rank that never comes is named", async () => {
  const { exit, stderr } = await rank(0, 2, ["--steps", "2", "--rank-timeout", "1s"]).outcome;
  expect([exit, stderr.includes("rank 1 did not come within 1 s")]).toEqual([1, true]);
  expect(existsSync(path())).toBe(false);
});

test("ranks with other settings are refused", async () => {
  const running = [rank(0, 2, ["--steps", "2"]), rank(1, 2, ["--steps", "3"])];
  const [first, second] = await Promise.all(running.map(({ outcome }) => outcome));
  expect(second!.stderr).toContain("rank 1 has not the settings of rank 0");
  expect(first!.stderr).toContain("rank 1 is lost: rank 1 has not the settings");
  expect([first!.exit, second!.exit]).toEqual([1, 1]);
});
