import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "5ms", "--itl", "1ms", "--model", "org/model-8b");
});
afterAll(() => mock.stop());

const folder = folderForEach();

const brief = ["--num-prompts", "3", "--concurrency", "1", "--outdir", "out"];

/** One clear error: its exit code, a word that it holds, nothing on stdout, no stack, no empty directory left behind. */
async function expectError(args: readonly string[], exit: number, ...words: string[]): Promise<void> {
  const outcome = await run(args, folder.path);
  expect(outcome).toMatchObject({ exit, stdout: "" });
  for (const word of words) expect(outcome.stderr).toContain(word);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(outcome.stderr.match(/error:/g)?.length).toBe(1);
  expect(existsSync(join(folder.path, "out"))).toBe(false);
}

test("no server", () =>
  expectError(["serving", "--endpoint", "http://127.0.0.1:1/v1/completions", ...brief], 4, "127.0.0.1:1"));

test("no server for a profile", () =>
  expectError(
    ["profile", "--endpoint", "http://127.0.0.1:1/v1/completions", ...brief.slice(0, 2), "--outdir", "out"],
    4,
    "127.0.0.1:1",
  ));

test("unknown host", () =>
  expectError(
    ["serving", "--endpoint", "http://no-such-host.invalid/v1/completions", ...brief],
    4,
    "no-such-host.invalid",
  ));

test("wrong path", () =>
  expectError(["serving", "--endpoint", `${mock.url}/v1/complete`, ...brief], 4, "/v1/complete"));

test("unknown model, with the nearest one", () =>
  expectError(
    ["serving", "--endpoint", `${mock.url}/v1/completions`, "--model", "org/model-8", ...brief],
    4,
    "org/model-8",
    "Did you mean org/model-8b?",
  ));

test("a server that refuses everything", async () => {
  const broken = await startMockProcess("--fault", "http-503@*");
  await expectError(["serving", "--endpoint", `${broken.url}/v1/completions`, ...brief], 4, "503");
  await broken.stop();
});

test("all requests failing is exit 1, and no table of zeros", async () => {
  // The first two requests are the preflight's.
  const failing = await startMockProcess("--fault", "http-503@3-1000");
  const args = ["serving", "--endpoint", `${failing.url}/v1/completions`, ...brief];
  const { exit, stdout, stderr } = await run(args, folder.path);
  expect(exit).toBe(1);
  expect(stdout).toContain("http-5xx 3");
  expect(stdout).toMatch(/TTFT +0 +- +-/);
  expect(stderr).toContain("no request succeeded");
  await failing.stop();
});

test.each([
  [["--rate", "fast"], "--rate", '"fast"', "a rate above 0"],
  [["--duration", "5x"], "--duration", '"5x"', "90s"],
  [["--concurrency"], "--concurrency", "needs a value"],
  [["--concurrency", "0"], "--concurrency", '"0"', "at least 1"],
  [["--rte", "5"], "--rte", "--rate"],
  [["--rate", "5", "--rate", "6"], "--rate", "twice"],
  [["--seed", "-1"], "--seed", '"-1"'],
  [["stray"], "stray"],
  [["--sample-prompts-file", "missing.txt"], "missing.txt"],
  [["--request-body-template", "{}"], "{prompt}"],
  [["--tokenizer", "no/such/file.json"], "no/such/file.json"],
] as [string[], ...string[]][])("wrong usage %j", (flags, ...words) =>
  expectError(
    ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", ...flags],
    2,
    ...words,
  ),
);

test("an unknown command", async () => {
  const { exit, stderr } = await run(["servin"], folder.path);
  expect([exit, stderr.includes("serving")]).toEqual([2, true]);
});

test("--help of each command fits 80 columns and goes to stdout", async () => {
  for (const args of [["--help"], ["serving", "--help"], ["mock", "--help"]]) {
    const { exit, stdout } = await run(args, folder.path);
    expect([exit, stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)]).toEqual([0, []]);
  }
});

test("a server that closes its connections: none is used again, none is lost", async () => {
  const closing = await startMockProcess("--ttft", "2ms", "--itl", "10ms", "--fault", "close@*");
  const args = [
    "serving",
    "--endpoint",
    `${closing.url}/v1/completions`,
    "--outdir",
    "out",
    "--output-tokens",
    "4",
  ];
  const { exit, stdout, stderr } = await run(
    [...args, "--concurrency", "1", "--num-prompts", "100"],
    folder.path,
  );
  expect([exit, stdout.includes("100 ok · 0 failed")]).toEqual([0, true]);
  expect(stderr).toContain("closes each connection");
  await closing.stop();
});

test.each([
  [["--max-num-seqs", "8"], "--max-num-seqs", "--engine batching"],
  [["--engine", "batching", "--ttft", "5ms"], "--ttft", "--engine fixed"],
] as [string[], string, string][])("mock %j would be ignored, and is refused", (flags, flag, other) =>
  expectError(["mock", "--port", "0", ...flags], 2, flag, other),
);
