import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directAlignment } from "./direct-alignment.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-alignment-"));
  file = join(folder, "data");
  writeFileSync(file, "x");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A /sys that has the file's device, as a partition or a disk of its own. */
function sysWith(blockBytes: string, isPartition: boolean): string {
  const device = statSync(file).dev;
  // makedev(3), for the numbers that there are here.
  const name = `${(device >> 8) & 0xfff}:${(device & 0xff) | ((device >> 12) & 0xfff00)}`;
  const disk = join(folder, "devices/disk");
  const place = isPartition ? join(disk, "part1") : disk;
  mkdirSync(place, { recursive: true });
  mkdirSync(join(disk, "queue"));
  writeFileSync(join(disk, "queue/logical_block_size"), `${blockBytes}\n`);
  mkdirSync(join(folder, "dev/block"), { recursive: true });
  symlinkSync(place, join(folder, "dev/block", name));
  return folder;
}

test("is what the kernel says, a power of two", () => {
  const said = directAlignment(file);
  // null on a file system without O_DIRECT.
  if (said !== null) expect(Math.log2(said.bytes) % 1).toBe(0);
});

test.each([true, false])("else the device's logical block; of a partition its disk's (%p)", (isPartition) => {
  const sys = sysWith("2048", isPartition);
  expect(directAlignment(file, sys, false)).toEqual({ bytes: 2048, source: "device" });
});

test("else 4096", () => {
  expect(directAlignment(file, "/nowhere", false)).toEqual({ bytes: 4096, source: "assumed" });
  expect(directAlignment(file, sysWith("what", false), false)).toEqual({ bytes: 4096, source: "assumed" });
});

test("a file that is not there is the system's error", () => {
  expect(() => directAlignment(join(folder, "gone"))).toThrow("statx: ENOENT");
});
