import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasEnded } from "../../src/core/has-ended.ts";
import { binary, emptyFolder, linesOf, run, start, untilLines } from "../support/binary.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";
import { childrenOf } from "../support/processes.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
let folder: ReturnType<typeof emptyFolder>;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
});
afterAll(() => mock.stop());
beforeEach(() => {
  folder = emptyFolder();
});
afterEach(() => folder.remove());

const SHAREGPT = join(import.meta.dir, "../../fixtures/sharegpt-sample.json");

const serving = (outdir: string, ...flags: string[]) =>
  ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", outdir, "--no-cloud-probe"].concat(
    flags,
  );
const path = (...names: string[]) => join(folder.path, ...names);
const json = (...names: string[]) => JSON.parse(readFileSync(path(...names), "utf8"));
/** By their numbers; in the file they stand as they ended. */
const records = (outdir: string) =>
  linesOf(path(outdir, "requests.jsonl"))
    .map((line) => JSON.parse(line))
    .sort((a, b) => a.index - b.index);

test("three workers send what one would: the same schedule and prompts, each request once", async () => {
  const load = ["--rate", "60", "--num-prompts", "60", "--output-tokens", "4-8", "--cache-salt", "1"];
  const one = await run(serving("one", ...load), folder.path);
  const three = await run(serving("three", ...load, "--workers", "3", "--warmup", "4"), folder.path);
  expect([one.stderr.includes("error"), three.stderr.includes("error")]).toEqual([false, false]);
  expect(json("three", "summary.json").load.workers).toBe(3);
  expect(json("three", "summary.json").run.planHash).toBe(json("one", "summary.json").run.planHash);
  expect(json("three", "summary.json").warmup).toMatchObject({ total: 4, succeeded: 4 });
  const [alone, together] = ["one", "three"].map((outdir) => {
    const sent = records(outdir).filter(({ stage }) => stage === "run");
    return sent.map((r) => ({ ...r, offset: r.intendedAt - sent[0].intendedAt }));
  });
  const asked = (sent: typeof alone) => sent!.map((r) => [r.index, r.promptTokens, r.maxTokens, r.failure]);
  expect(asked(together)).toEqual(asked(alone));
  expect(together!.map(({ index }) => index)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  // Instants are written to the µs.
  expect(together!.every(({ offset }, i) => Math.abs(offset - alone![i].offset) < 0.003)).toBe(true);
  // What the workers wrote is put together.
  expect(readdirSync(path("three")).filter((name) => name.includes("worker"))).toEqual([]);
});

test("two workers hold the conversations that one would, each whole", async () => {
  const load = ["--rate", "30", "--num-prompts", "20", "--think-time", "exponential:20ms"];
  const held = ["--dataset", SHAREGPT, "--conversations", "--max-output-length", "60"];
  const one = await run(serving("one", ...load, ...held), folder.path);
  const two = await run(serving("two", ...load, ...held, "--workers", "2"), folder.path);
  expect([one.stderr.includes("error"), two.stderr.includes("error")]).toEqual([false, false]);
  expect(json("two", "summary.json").run.planHash).toBe(json("one", "summary.json").run.planHash);
  const [alone, together] = ["one", "two"].map((outdir) =>
    records(outdir).map((r) => [r.index, r.session, r.turn, r.turns, r.maxTokens, r.failure]),
  );
  expect(together).toEqual(alone!);
  expect(alone!.some(([, , turn]) => turn > 0)).toBe(true);
  expect(json("two", "summary.json").sessions).toMatchObject({ started: 20, completed: 20 });
});

test("a worker that is killed costs its own requests only, and the run is unfit", async () => {
  const running = start(
    [binary, ...serving("out", "--rate", "40", "--duration", "3", "--output-tokens", "16", "--workers", "2")],
    folder.path,
  );
  await untilLines(path("out", "requests.worker-1.jsonl"), 5);
  const [, second] = childrenOf(running.pid);
  process.kill(second!, "SIGKILL");
  const { trueExit, stderr } = await running.outcome;
  expect(trueExit).toBe(5);
  expect(stderr).toContain("worker 2 of 2 ended before its time (signal SIGKILL)");
  const { whole, load, validity } = json("out", "summary.json");
  expect(validity.verdict).toBe("unfit");
  expect(load.workers).toBe(2);
  const run = records("out");
  // Every request that fell due has its record: the first worker's as ever, the second's until it was killed.
  expect(run.map(({ index }) => index)).toEqual(Array.from({ length: run.length }, (_, i) => i));
  const failed = run.filter(({ failure }) => failure !== null);
  expect(whole.requests.failed).toBe(failed.length);
  expect(failed.length).toBeGreaterThan(10);
  expect(failed.every(({ index, failure }) => index % 2 === 1 && failure.class === "client")).toBe(true);
});

test("Ctrl-C ends all workers in order", async () => {
  const load = ["--concurrency", "4", "--duration", "60", "--output-tokens", "16", "--workers", "2"];
  const running = start([binary, ...serving("out", ...load)], folder.path);
  await untilLines(path("out", "requests.worker-1.jsonl"), 2);
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  expect(json("out", "summary.json").whole.requests.failed).toBe(0);
  expect(records("out").length).toBeGreaterThan(3);
});

test.each([
  ["the process", 1],
  // As a terminal does.
  ["its whole group", -1],
])("a second Ctrl-C to %s ends all workers at once, and report finds their records", async (_, sign) => {
  const hanging = await startMockProcess("--fault", "hang@11-1000000");
  const endpoint = ["serving", "--endpoint", `${hanging.url}/v1/completions`, "--outdir", "out"];
  const flags = ["--rate", "100", "--duration", "60", "--workers", "2"];
  const running = start(["setsid", binary, ...endpoint, ...flags], folder.path);
  await untilLines(path("out", "requests.worker-1.jsonl"), 2);
  const workers = childrenOf(running.pid);
  process.kill(sign * running.pid, "SIGINT");
  // The first one is being handled while the drain waits for what hangs.
  await Bun.sleep(300);
  process.kill(sign * running.pid, "SIGINT");
  const { exit, stderr } = await running.outcome;
  // What is said to be there is there by then: in a container, the workers end with their parent.
  expect([workers.length, workers.filter((pid) => !hasEnded(pid))]).toEqual([2, []]);
  expect([exit, stderr.includes("requests.worker-1.jsonl")]).toEqual([130, true]);
  const report = await run(["report", "out", "--definitions", "vllm"], folder.path);
  expect([report.exit, report.stderr.includes("2 workers' records")]).toEqual([0, true]);
  const left = ["0", "1"].flatMap((worker) => linesOf(path("out", `requests.worker-${worker}.jsonl`)));
  expect(left.filter((line) => JSON.parse(line).failure === null).length).toBeGreaterThanOrEqual(2);
  const cutOff = left.filter((line) => JSON.parse(line).failure?.class === "aborted");
  expect(new Set(cutOff.map((line) => JSON.parse(line).index % 2)).size).toBe(2);
  await hanging.stop();
});

test("a worker by hand is a mistake, said in a line", async () => {
  const { exit, stderr } = await run(["serving-worker"], folder.path);
  expect([exit, stderr]).toEqual([2, "error: serving-worker is started by serving --workers, not by hand\n"]);
  expect(existsSync(path("out"))).toBe(false);
});
