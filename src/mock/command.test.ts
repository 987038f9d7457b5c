import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPLETIONS, promptBody, stream } from "./testing/client.ts";

const MAIN = join(import.meta.dir, "../main.ts");

function spawnMock(...flags: string[]) {
  return Bun.spawn([process.execPath, MAIN, "mock", ...flags], { stdout: "pipe", stderr: "pipe" });
}

/** The port in the first line of stdout. */
async function portOf(mock: ReturnType<typeof spawnMock>): Promise<number> {
  let text = "";
  for await (const bytes of mock.stdout.values({ preventCancel: true })) {
    text += Buffer.from(bytes).toString();
    const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(text);
    if (match !== null) return Number(match[1]);
  }
  throw new Error(`no port in ${JSON.stringify(text)}: ${await new Response(mock.stderr).text()}`);
}

async function failure(...flags: string[]): Promise<{ exit: number; stderr: string }> {
  const mock = spawnMock(...flags);
  const stderr = await new Response(mock.stderr).text();
  return { exit: await mock.exited, stderr };
}

describe("inferbench mock", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "answers until %s, then exits 0 with a complete truth file",
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), "mock-command-"));
      const truth = join(folder, "truth.jsonl");
      const mock = spawnMock(
        "--port",
        "0",
        "--ttft",
        "5ms",
        "--itl",
        "1ms",
        "--truth",
        truth,
        "--fault",
        "hang@2",
      );
      const port = await portOf(mock);
      expect((await stream(port, COMPLETIONS, promptBody(5))).isDone).toBe(true);
      const hanging = stream(port, COMPLETIONS, promptBody(5));
      while (!(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).includes("_total"))
        await Bun.sleep(1);
      mock.kill(signal);
      expect(await mock.exited).toBe(0);
      await hanging;
      const records = readFileSync(truth, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(records[0]).toMatchObject({ number: 1, outputTokens: 5 });
      rmSync(folder, { recursive: true });
    },
  );

  test("ends by itself after --duration", async () => {
    const mock = spawnMock("--port", "0", "--duration", "50ms", "--engine", "batching");
    await portOf(mock);
    expect(await mock.exited).toBe(0);
  });

  test("wrong flags exit 2, what the machine lacks exits 4", async () => {
    expect(await failure("--port", "0", "--fault", "reset@")).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--fault: "reset@"'),
    });
    expect(await failure("--port", "0", "--freeze", "3s")).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining("3s@10s"),
    });
    expect(await failure("--port", "0", "--model", "a", "--model-ttft", "b=5ms")).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--model-ttft names "b", which no --model does'),
    });
    const lost = join(tmpdir(), "no", "such", "folder", "truth.jsonl");
    expect(await failure("--port", "0", "--truth", lost)).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining("truth.jsonl"),
    });
  });
});
