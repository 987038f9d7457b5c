import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockDirectory } from "./directory-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a directory is one holder's, until it gives it up, and nothing is written into it", () => {
  const lock = lockDirectory(folder);
  expect([lock === null, lockDirectory(folder), readdirSync(folder)]).toEqual([false, null, []]);
  lock!.release();
  const again = lockDirectory(folder);
  expect(again).not.toBeNull();
  again!.release();
});

test("a process that is killed holds nothing any more", async () => {
  const module = JSON.stringify(join(import.meta.dir, "directory-lock.ts"));
  const script = `import { lockDirectory } from ${module}; console.log(lockDirectory(${JSON.stringify(folder)}) !== null); setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  for await (const chunk of child.stdout) {
    expect(new TextDecoder().decode(chunk)).toBe("true\n");
    break;
  }
  expect(lockDirectory(folder)).toBeNull();
  child.kill("SIGKILL");
  await child.exited;
  const lock = lockDirectory(folder);
  expect(lock).not.toBeNull();
  lock!.release();
});

test("a directory that is not there is an error", () => {
  expect(() => lockDirectory(join(folder, "none"))).toThrow("ENOENT");
});
