import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs, openFilesLimit, threadCpuMs } from "./libc.ts";

const MODULE = JSON.stringify(join(import.meta.dir, "libc.ts"));

/** What a child process prints, as JSON. */
async function inChild(command: string[]): Promise<unknown> {
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const text = await child.stdout.text();
  expect(await child.exited).toBe(0);
  return JSON.parse(text);
}

describe("monotonicMs", () => {
  test("never goes back", () => {
    let last = monotonicMs();
    for (let i = 0; i < 100_000; i++) {
      const now = monotonicMs();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test("counts milliseconds as Bun's own monotonic clock does", () => {
    const outerStart = Bun.nanoseconds();
    const start = monotonicMs();
    const innerStart = Bun.nanoseconds();
    while (Bun.nanoseconds() - innerStart < 5_000_000);
    const innerEnd = Bun.nanoseconds();
    const end = monotonicMs();
    const outerEnd = Bun.nanoseconds();
    // The same clock is read, so that only rounding can be between them.
    expect((end - start) * 1e6).toBeGreaterThanOrEqual(innerEnd - innerStart - 1000);
    expect((end - start) * 1e6).toBeLessThanOrEqual(outerEnd - outerStart + 1000);
  });

  test("is one scale for all processes: a child's reading lies between two of ours", async () => {
    const before = monotonicMs();
    const inside = await inChild([
      process.execPath,
      "-e",
      `import { monotonicMs } from ${MODULE}; console.log(monotonicMs());`,
    ]);
    const after = monotonicMs();
    expect(inside).toBeGreaterThanOrEqual(before);
    expect(inside).toBeLessThanOrEqual(after);
  });
});

test("threadCpuMs counts this thread's work, not its sleep", () => {
  const start = threadCpuMs();
  while (threadCpuMs() - start < 5);
  const slept = threadCpuMs();
  Bun.sleepSync(200);
  expect(threadCpuMs() - slept).toBeLessThan(100);
});

describe("the open-files limit", () => {
  test("is what the kernel says of this process", () => {
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(
      readFileSync("/proc/self/limits", "utf8"),
    )!;
    const asNumber = (text: string) => (text === "unlimited" ? 2 ** 64 : Number(text));
    expect(openFilesLimit()).toEqual({ soft: asNumber(soft!), hard: asNumber(hard!) });
  });

  test("is raised to the hard limit, and says what it is then", async () => {
    // Bun raises the soft limit at its own start, so that the child lowers it again itself.
    const program = `
      import { dlopen } from "bun:ffi";
      import { openFilesLimit, raiseOpenFilesLimit } from ${MODULE};
      const libc = dlopen("libc.so.6", { setrlimit: { args: ["i32", "buffer"], returns: "i32" } }).symbols;
      const RLIMIT_NOFILE = 7;
      libc.setrlimit(RLIMIT_NOFILE, BigUint64Array.of(200n, 512n));
      const before = openFilesLimit();
      const returned = raiseOpenFilesLimit();
      console.log(JSON.stringify([before, returned, openFilesLimit(), raiseOpenFilesLimit()]));
    `;
    expect(await inChild([process.execPath, "-e", program])).toEqual([
      { soft: 200, hard: 512 },
      512,
      { soft: 512, hard: 512 },
      512,
    ]);
  });
});
