import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasEnded } from "../../src/core/has-ended.ts";
import { testWhere } from "../skip.ts";
import { binary, run, start } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";
import { childrenOf } from "../support/processes.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "5ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const serving = (...flags: string[]) =>
  ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", "--no-cloud-probe"].concat(
    flags,
  );
const summary = () => JSON.parse(readFileSync(join(folder.path, "out/summary.json"), "utf8"));

test("a calibrated run shows its error bars, and took no longer than 3 s for them", async () => {
  const flags = ["--calibrate", "--rate", "20", "--duration", "1"];
  // In the environment for the run, and no number that its mock would take.
  const env = { INFERBENCH_OUTPUT_TOKENS: "16-16" };
  let { stdout } = await run(serving(...flags), folder.path, env);
  // Where others keep all cores busy, the mock may take too long to start.
  for (let again = 0; again < 2 && !summary().client.calibration.ok; again++) {
    ({ stdout } = await run(serving(...flags, "--overwrite"), folder.path, env));
  }
  const { calibration } = summary().client;
  expect(calibration.ok).toBe(true);
  expect(calibration.expected).toMatchObject({ requestsPerS: 20, chunksPerS: 320, pace: "preflight" });
  expect(calibration.ttft.n).toBeGreaterThan(10);
  expect(calibration.icl.n).toBeGreaterThan(100);
  expect(calibration.tookMs).toBeLessThan(3300);
  expect(stdout).toMatch(/error +TTFT [+-][\d.]+ ms ± [\d.]+ \(n \d+\) · ICL/);
  expect(stdout).toMatch(/calibrated at [\d.]+ req\/s, [\d,]+ chunks\/s/);
  expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
});

test("--no-calibrate leaves it out", async () => {
  const flags = ["--concurrency", "2", "--num-prompts", "4", "--output-tokens", "4"];
  const { stdout } = await run(serving(...flags), folder.path);
  expect([summary().client.calibration, stdout.includes("calibrated")]).toEqual([null, false]);
});

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error("it did not come about within 20 s");
    await Bun.sleep(5);
  }
}

/** Starts a run and waits until its calibration's mock is there. */
async function calibrating() {
  const running = start([binary, ...serving("--calibrate", "--rate", "20", "--duration", "60")], folder.path);
  await until(() => childrenOf(running.pid).length > 0);
  return { running, child: childrenOf(running.pid)[0]! };
}

const childTest = testWhere(
  existsSync(`/proc/${process.pid}/task/${process.pid}/children`),
  "this kernel does not list a process's children",
);

childTest("kill -9 during the calibration leaves no mock behind", async () => {
  const { running, child } = await calibrating();
  running.kill("SIGKILL");
  await running.outcome;
  await until(() => hasEnded(child));
});

childTest("Ctrl-C during the calibration ends at once, with its mock, and leaves no file", async () => {
  const { running, child } = await calibrating();
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  expect([hasEnded(child), readdirSync(folder.path)]).toEqual([true, []]);
});

const taskset = Bun.which("taskset");
const core = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
const pinned = (...command: string[]) => [taskset ?? "taskset", "-c", core, ...command];
const NEIGHBOURS = 8;

testWhere(taskset !== null, "no taskset (util-linux)")(
  `a client that shares its core with ${NEIGHBOURS} busy programs is unfit, exit 5`,
  async () => {
    const loops = Array.from({ length: NEIGHBOURS }, () =>
      Bun.spawn(pinned("sh", "-c", "while :; do :; done"), { stdio: ["ignore", "ignore", "ignore"] }),
    );
    try {
      const flags = ["--rate", "100", "--duration", "3", "--output-tokens", "16"];
      const { trueExit, stderr } = await start(pinned(binary, ...serving(...flags)), folder.path).outcome;
      expect([trueExit, summary().validity.verdict]).toEqual([5, "unfit"]);
      expect(stderr).toContain("the client was not fit to measure this");
    } finally {
      for (const loop of loops) loop.kill("SIGKILL");
    }
  },
);
