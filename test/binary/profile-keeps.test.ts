import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Profile } from "../../src/benchmarks/profile/profile-shape.ts";
import { binary, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";
import { childrenOf } from "../support/processes.ts";

setDefaultTimeout(90_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const calibrated = ({ url }: MockProcess, ...flags: string[]) =>
  ["profile", "--outdir", "out", "--endpoint", `${url}/v1/completions`].concat(flags);
const profileOf = (server: MockProcess, ...flags: string[]) => calibrated(server, "--no-calibrate", ...flags);
const brief = ["--output-tokens", "8", "--num-prompts", "15"];
const out = (...names: string[]) => join(folder.path, "out", ...names);
const saved = (): Profile => JSON.parse(readFileSync(out("profile.json"), "utf8"));
const status = (...names: string[]) => parse(readFileSync(out(...names, "metadata.yaml"), "utf8")).status;
const until = async (isSo: () => boolean) => {
  while (!isSo()) await Bun.sleep(5);
};

/** All files of the profile, with when they were written and how long they are. */
const files = () =>
  readdirSync(out(), { recursive: true, encoding: "utf8" })
    .sort()
    .flatMap((name) => {
      const stat = statSync(out(name));
      return stat.isDirectory() ? [] : [[name, stat.mtimeMs, stat.size]];
    });

/** Ends a profile by Ctrl-C, so many times, while its first level's client is calibrated. */
async function stoppedInCalibration(flags: readonly string[], times: number): Promise<number> {
  const running = start([binary, ...flags], folder.path);
  // The simulated server that it is calibrated against.
  await until(() => childrenOf(running.pid).length > 0);
  for (const signal of (["SIGINT", "SIGTERM"] as const).slice(0, times)) running.kill(signal);
  return (await running.outcome).exit;
}

test.each([1, 2])(
  "--overwrite, and Ctrl-C (times %p) before the first request: all is as it was",
  async (times) => {
    expect((await run(profileOf(mock, ...brief, "--request-rates", "40,30"), folder.path)).exit).toBe(0);
    const before = files();
    const flags = calibrated(mock, ...brief, "--request-rates", "50", "--overwrite");
    expect(await stoppedInCalibration(flags, times)).toBe(130);
    expect(files()).toEqual(before);
    expect(readdirSync(out("levels"))).toEqual(["01-rate-40", "02-rate-30"]);
  },
);

test("--resume, and Ctrl-C before the first request: the level that was cut is as it was", async () => {
  const flags = ["--request-rates", "20,10", "--duration", "20", "--output-tokens", "8"];
  const running = start([binary, ...calibrated(mock, ...flags)], folder.path);
  await untilLines(out("levels/01-rate-20/requests.jsonl"), 5);
  running.kill("SIGINT");
  await Bun.sleep(50);
  running.kill("SIGTERM");
  expect((await running.outcome).exit).toBe(130);
  const before = files();
  expect(before.length).toBeGreaterThan(4);
  const again = calibrated(mock, ...flags, "--resume");
  expect(await stoppedInCalibration(again, 1)).toBe(130);
  expect(files()).toEqual(before);
  const { exit } = await run([...again, "--max-time", "1s"], folder.path);
  expect([exit, files()]).toEqual([130, before]);
});

test.each(["profile", "serving"])("%s that is killed leaves no empty file", async (command) => {
  const load = command === "profile" ? ["--no-calibrate", "--request-rates", "20"] : ["--rate", "20"];
  const endpoint = ["--endpoint", `${mock.url}/v1/completions`, "--outdir", "out"];
  const flags = [command, ...endpoint, ...load, "--duration", "20", "--output-tokens", "8"];
  const env = { INFERBENCH_FIGURES: "png", INFERBENCH_HTML: "true" };
  const running = start([binary, ...flags], folder.path, env);
  const level = command === "profile" ? "levels/01-rate-20" : ".";
  await untilLines(out(level, "requests.jsonl"), 3);
  const empty = () => files().filter(([, , size]) => size === 0);
  expect(empty()).toEqual([]);
  running.kill("SIGKILL");
  await running.outcome;
  expect(empty()).toEqual([]);
  expect(existsSync(out(level, "metadata.yaml"))).toBe(true);
});

test("a server that is gone ends the profile, and what was measured stays", async () => {
  const dying = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
  const flags = [...brief, "--request-rates", "40,30", "--sleep-time", "3", "--idle-timeout", "1s", "--html"];
  const running = start([binary, ...profileOf(dying, ...flags)], folder.path);
  await untilLines(out("profile.csv"), 2);
  await dying.stop();
  const { exit, stdout, stderr } = await running.outcome;
  const why = "the server no longer answers a single small request";
  expect([exit, stderr.includes(`error: ${why}`), stderr.includes("results in ")]).toEqual([1, true, true]);
  expect([saved().run.status, status(), saved().levels.length]).toEqual(["failed", "failed", 1]);
  expect(saved().run.failure).toStartWith(why);
  for (const text of [stdout, readFileSync(out("summary.txt"), "utf8")])
    expect(text).toContain(`FAILED: ${why}`);
  expect(readFileSync(out("report.html"), "utf8")).toContain(`<li>${why}`);
});

test("a server that goes away in a trial ends the search, which does not take it for overload", async () => {
  const dying = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
  const search = ["--find-capacity", "--slo", "ttft=200ms", "--capacity-requests", "4000"];
  const flags = [
    "--request-rates",
    "20",
    "--num-prompts",
    "40",
    "--output-tokens",
    "4",
    "--idle-timeout",
    "0",
  ];
  const running = start([binary, ...profileOf(dying, ...flags, ...search)], folder.path);
  const trial = () => readdirSync(out("levels")).find((name) => name.startsWith("02-"));
  await untilLines(out("profile.csv"), 2);
  await until(() => trial() !== undefined);
  await untilLines(out("levels", trial()!, "requests.jsonl"), 10);
  await dying.stop();
  const { exit, stderr } = await running.outcome;
  expect([exit, /the server went away in 02-.*connect/.test(stderr)]).toEqual([1, true]);
  const { run: ran, levels, capacity } = saved();
  const last = levels.at(-1)!;
  expect(capacity!.reason).toStartWith("the search was stopped before");
  expect(ran.failure).toStartWith("the server went away in 02-");
  expect([ran.status, levels.length, last.status, last.trial]).toEqual(["failed", 2, "failed", null]);
  expect(last.marks).toContain("failed");
});
