import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binary, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  const lengths = ["--output-dist", "geometric", "--output-tokens", "8"];
  mock = await startMockProcess("--ttft", "20ms", "--itl", "2ms", "--jitter", "0.2", ...lengths);
});
afterAll(() => mock.stop());

const folder = folderForEach();

const serving = (...flags: string[]) => [
  ...["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", "--no-cloud-probe"],
  ...["--output-tokens", "16", ...flags],
];
const path = (name: string) => join(folder.path, "out", name);
const summary = () => JSON.parse(readFileSync(path("summary.json"), "utf8"));

test.each([
  ["an open loop", ["--rate", "100"]],
  ["a closed loop", ["--concurrency", "4"]],
])("%s ends once its figures are known well enough, everything finished", async (_, load) => {
  const flags = ["--until", "ttft.mean:20%", "--until", "e2el.p50:30%"];
  const { exit, stdout } = await run(serving(...load, ...flags), folder.path);
  const { until, whole, load: sent, run: identity } = summary();
  expect([exit, identity.interrupted]).toEqual([0, false]);
  expect(
    until.map(({ condition, reached }: { condition: string; reached: boolean }) => [condition, reached]),
  ).toEqual([
    ["ttft.mean:20%", true],
    ["e2el.p50:30%", true],
  ]);
  expect(whole.requests).toMatchObject({ failed: 0, censored: 0 });
  expect(whole.requests.total).toBeGreaterThanOrEqual(100);
  // Of a schedule for ten minutes.
  expect(whole.durationS).toBeLessThan(30);
  if (sent.kind === "open") expect(sent.plannedRatePerS).toBeWithin(70, 130);
  expect(stdout).toMatch(/Until {7}ttft\.mean:20% reached after /);
});

test("what is not reached within --max-duration is a warning, and no failure", async () => {
  const { exit, stderr } = await run(
    serving("--rate", "100", "--until", "ttft.p99.9:1%", "--max-duration", "2s"),
    folder.path,
  );
  expect(exit).toBe(0);
  expect(stderr).toContain("ttft.p99.9:1% was not reached");
  expect(summary().until[0]).toMatchObject({ reached: false, unit: "ms" });
  expect(summary().whole.requests.total).toBeGreaterThan(100);
});

test("Ctrl-C ends such a run as any other, and says how far it had come", async () => {
  const running = start([binary, ...serving("--rate", "100", "--until", "ttft.p99.9:1%")], folder.path);
  await untilLines(path("requests.jsonl"), 150);
  running.kill("SIGINT");
  const { exit } = await running.outcome;
  expect(exit).toBe(130);
  expect(summary().until[0]).toMatchObject({ reached: false });
  expect(summary().until[0].value).toBeGreaterThan(10);
});

test("answers shorter than asked are a warning, and --min-output-tokens gets them whole", async () => {
  const brief = ["--concurrency", "4", "--num-prompts", "60"];
  const short = await run(serving(...brief), folder.path);
  expect(short.stderr).toContain("ended short of the output length asked for");
  expect(summary().tokens.outputDelivered.short).toBeGreaterThan(20);
  const whole = await run(serving(...brief, "--min-output-tokens", "max", "--overwrite"), folder.path);
  expect(whole.stderr).not.toContain("ended short");
  expect(summary().tokens.outputDelivered).toMatchObject({ n: 60, short: 0, over: 0 });
  expect(summary().tokens.finishReasons).toEqual({ length: 60 });
});
