import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readCgroupFreeBytes } from "./cgroup.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "inferbench-cgroup-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), `${text}\n`);
  }
};

test("what is left of a limit is what is not taken, cached pages of files left out", () => {
  put({
    "proc/self/cgroup": "0::/pod/box",
    "sys/fs/cgroup/pod/box/memory.max": "max",
    "sys/fs/cgroup/pod/memory.max": "1000",
    "sys/fs/cgroup/pod/memory.current": "800",
    "sys/fs/cgroup/pod/memory.stat": "anon 300\ninactive_file 400\nactive_file 100",
  });
  expect(readCgroupFreeBytes(root)).toBe(700);
});

test("in version 1, too", () => {
  put({
    "proc/self/cgroup": "4:memory:/box",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    "sys/fs/cgroup/memory/box/memory.limit_in_bytes": "1000",
    "sys/fs/cgroup/memory/box/memory.usage_in_bytes": "700",
    "sys/fs/cgroup/memory/box/memory.stat": "inactive_file 1\ntotal_inactive_file 150\ntotal_active_file 50",
  });
  expect(readCgroupFreeBytes(root)).toBe(500);
});

test("without a limit, or a control group, nothing is known", () => {
  expect(readCgroupFreeBytes(root)).toBeNull();
  put({ "proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.current": "800" });
  expect(readCgroupFreeBytes(root)).toBeNull();
});
