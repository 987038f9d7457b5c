import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { binary, emptyFolder, linesOf, start } from "../support/binary.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(30_000);

let mock: MockProcess;
let folder: ReturnType<typeof emptyFolder>;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "5ms", "--itl", "1ms");
});
afterAll(() => mock.stop());
beforeEach(() => {
  folder = emptyFolder();
});
afterEach(() => folder.remove());

const serving = (url: string, ...more: string[]) =>
  ["serving", "--endpoint", `${url}/v1/completions`, "--outdir", "out", "--no-cloud-probe"].concat(more);

test("a full stdout costs no file, and is an error without a stack", async () => {
  const command = `exec "$0" "$@" >/dev/full`;
  const args = serving(mock.url, "--concurrency", "1", "--num-prompts", "3", "--output-tokens", "4");
  const { exit, stderr } = await start(["bash", "-c", command, binary, ...args], folder.path).outcome;
  expect([exit, stderr.includes("cannot write to stdout")]).toEqual([4, true]);
  expect(stderr).not.toContain("    at ");
  expect(linesOf(join(folder.path, "out/requests.jsonl")).length).toBe(3);
  expect(existsSync(join(folder.path, "out/summary.json"))).toBe(true);
  expect(existsSync(join(folder.path, "out/summary.txt"))).toBe(true);
});

test.each([
  ["a tokenizer's download", ["--tokenizer", "org/name"]],
  ["the list of models", []],
])("Ctrl-C during %s ends at once and leaves no file", async (_, flags) => {
  const asked = Promise.withResolvers<void>();
  const silent = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  });
  const url = silent.url.origin;
  const running = start([binary, ...serving(url, "--rate", "1", ...flags)], folder.path, {
    HF_ENDPOINT: url,
  });
  await asked.promise;
  const interruptedAt = performance.now();
  running.kill("SIGINT");
  expect((await running.outcome).exit).toBe(130);
  // The download gives up after 60 s, the list of models after 10 s.
  expect(performance.now() - interruptedAt).toBeLessThan(8000);
  expect(linesOf(join(folder.path, "out/metadata.yaml"))).toEqual([]);
  await silent.stop(true);
});
