import { afterAll, beforeAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropPages } from "./file-io.ts";
import { residencyOf } from "./residency.ts";

const BYTES = 10 * 4096 - 1;
let folder: string;
let fd: number;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-residency-"));
  writeFileSync(join(folder, "data"), new Uint8Array(BYTES));
  fd = openSync(join(folder, "data"), "r");
});
afterAll(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

test("a file of one's own that was just written is there, and gone once its pages are dropped, by either call", () => {
  expect(residencyOf(fd, BYTES)).toMatchObject({ pages: 10, cachedPages: 10 });
  expect(residencyOf(fd, BYTES, () => null)).toEqual({ method: "mincore", pages: 10, cachedPages: 10 });
  dropPages(fd);
  expect(residencyOf(fd, BYTES)).toMatchObject({ pages: 10, cachedPages: 0 });
  expect(residencyOf(fd, BYTES, () => null)).toEqual({ method: "mincore", pages: 10, cachedPages: 0 });
});

test("what cachestat says stands", () => {
  expect(residencyOf(fd, BYTES, () => 3)).toEqual({ method: "cachestat", pages: 10, cachedPages: 3 });
});

test("an empty file has no pages", () => {
  expect(residencyOf(fd, 0)).toMatchObject({ pages: 0, cachedPages: 0 });
});
