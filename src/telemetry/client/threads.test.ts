import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readThreads, type ThreadTimes } from "./threads.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "inferbench-threads-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function addThread(
  id: number,
  name: string,
  userTicks: number,
  systemTicks: number,
  schedstat?: string,
): void {
  const folder = join(root, "proc/self/task", String(id));
  mkdirSync(folder, { recursive: true });
  const before = "S 1 2 3 4 5 6 7 8 9 10";
  writeFileSync(join(folder, "stat"), `${id} (${name}) ${before} ${userTicks} ${systemTicks} 0 0 20 0\n`);
  if (schedstat !== undefined) writeFileSync(join(folder, "schedstat"), schedstat);
}

function times(pid = 7): ThreadTimes {
  const reading = readThreads(root, pid);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.times;
}

test("adds up CPU time by what a thread does, whatever its name looks like", () => {
  addThread(7, "a (b) c", 100, 20, "1300000000 250000000 77\n");
  addThread(8, "HTTP Client", 5, 1);
  addThread(9, "JITWorker", 3, 0);
  addThread(10, "ollector Thread", 2, 0);
  addThread(11, "Bun Pool 0", 1, 0);
  expect(times()).toEqual({
    cpuMs: { js: 1200, http: 60, engine: 50, other: 10 },
    jsWaitMs: 250,
  });
});

test.each([
  ["absent", undefined],
  ["of a kernel that does not count", "0 0 0\n"],
] as const)("waiting is unknown where schedstat is %s", (_, schedstat) => {
  addThread(7, "inferbench", 100, 20, schedstat);
  expect(times().jsWaitMs).toBeNull();
});

test("a /proc that cannot be read is a reason, no error", () => {
  expect(readThreads(root, 7)).toEqual({ ok: false, reason: expect.stringContaining("ENOENT") });
  addThread(7, "inferbench", 1, 1);
  writeFileSync(join(root, "proc/self/task/7/stat"), "not what was expected");
  expect(readThreads(root, 7)).toMatchObject({ ok: false });
});

test("knows this very process", () => {
  const reading = readThreads();
  expect(reading).toMatchObject({ ok: true });
  expect(reading.ok && reading.times.cpuMs.js).toBeGreaterThan(0);
});
