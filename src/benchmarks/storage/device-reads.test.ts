import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDeviceReads } from "./device-reads.ts";

const root = mkdtempSync(join(tmpdir(), "inferbench-proc-"));
afterAll(() => rmSync(root, { recursive: true }));

test("reads what the kernel accounts to this process and to the device of the data", () => {
  mkdirSync(join(root, "proc/self"), { recursive: true });
  writeFileSync(join(root, "proc/self/io"), "rchar: 7\nread_bytes: 8192\nwrite_bytes: 1\n");
  writeFileSync(
    join(root, "proc/diskstats"),
    "   8       0 sda 1 2 300 4 5 6 7 8 9 10 11\n 259    74565 nvme3n1 10 0 2000 4 5 6 7 8 9 10 11\n",
  );
  expect(readDeviceReads("/", root, 8 << 8)).toEqual({
    processBytes: 8192,
    deviceBytes: 153_600,
    device: "sda",
  });
  // Minor 0x12345: what is above 255 begins at bit 20.
  const far = 0x12300 * 2 ** 12 + (259 << 8) + 0x45;
  expect(readDeviceReads("/", root, far)).toMatchObject({ deviceBytes: 1_024_000, device: "nvme3n1" });
  expect(readDeviceReads("/", root, 7 << 8)).toMatchObject({ deviceBytes: null, device: null });
});

test("what the kernel does not tell is null", () => {
  expect(readDeviceReads("/", join(root, "nothing"))).toEqual({
    processBytes: null,
    deviceBytes: null,
    device: null,
  });
});
