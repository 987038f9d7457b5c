import { expect, test } from "bun:test";
import { constants } from "node:os";
import { syncFileSystem, syncsWhole } from "./sync-file-system.ts";

test("kernels that do not say what they could not write, and file systems that are not known, are left alone", () => {
  const kernels = ["5.7.19", "4.18.0-553.el8.x86_64", "2.6.32"];
  expect(kernels.map((kernel) => syncsWhole("/", kernel))).toEqual([false, false, false]);
  expect(["5.8.0-generic", "5.15.0", "6.1-rc1", "10.0"].map((kernel) => syncsWhole("/proc", kernel))).toEqual(
    Array(4).fill(false),
  );
  expect(syncsWhole("/dev/shm", "5.8.0-generic")).toBe(true);
});

test("a descriptor that is none is an errno", () => {
  expect(syncFileSystem(-1)).toBe(constants.errno.EBADF);
});
