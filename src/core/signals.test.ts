import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { interruptible } from "./signals.ts";

const disposers: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposers.splice(0)) dispose();
});

describe("interruptible", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("the first %s aborts the signal and nothing else", (name) => {
    let seconds = 0;
    const { signal, dispose } = interruptible(() => seconds++);
    disposers.push(dispose);
    expect(signal.aborted).toBe(false);
    process.emit(name, name);
    expect(signal.aborted).toBe(true);
    expect(seconds).toBe(0);
  });

  test("one signal that comes to the process and to its group is one", () => {
    let seconds = 0;
    const { signal, dispose } = interruptible(() => seconds++);
    disposers.push(dispose);
    process.emit("SIGTERM", "SIGTERM");
    process.emit("SIGTERM", "SIGTERM");
    expect([signal.aborted, seconds]).toEqual([true, 0]);
  });

  test("dispose takes both handlers away", () => {
    const before = ["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name));
    const { dispose } = interruptible(() => {});
    expect(["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name))).toEqual(
      before.map((n) => n + 1),
    );
    dispose();
    expect(["SIGINT", "SIGTERM"].map((name) => process.listenerCount(name))).toEqual(before);
  });

  test("the second signal saves and ends the process with 130, whatever is still going on", async () => {
    const program = `
      import { interruptible } from ${JSON.stringify(join(import.meta.dir, "signals.ts"))};
      const { signal } = interruptible(() => console.log("saved"));
      signal.addEventListener("abort", () => console.log("aborted"));
      setInterval(() => {}, 1000);
      console.log("ready");
    `;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
    const lines = linesOf(child.stdout);
    expect((await lines.next()).value).toBe("ready");
    child.kill("SIGINT");
    expect((await lines.next()).value).toBe("aborted");
    child.kill("SIGTERM");
    expect((await lines.next()).value).toBe("saved");
    expect(await child.exited).toBe(130);
  });
});

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
