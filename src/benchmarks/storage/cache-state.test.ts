import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../../test/skip.ts";
import { readDisk } from "../../results/environment/disk.ts";
import { cacheContent, prepareCache } from "./cache-state.ts";
import { openDataset } from "./dataset/open-dataset.ts";

const PAGES = 50;
let folder: string;
beforeEach(() => {
  folder = makeData(tmpdir());
});
afterEach(() => rmSync(folder, { recursive: true }));

function makeData(parent: string): string {
  const made = mkdtempSync(join(parent, "inferbench-cache-"));
  for (const name of ["a", "b"]) writeFileSync(join(made, name), new Uint8Array((PAGES / 2) * 4096));
  return made;
}

const onDisk = testWhere(readDisk("/", tmpdir()).fileSystem !== "tmpfs", "the temporary folder is in memory");
const inMemory = testWhere(existsSync("/dev/shm"), "no /dev/shm");

describe("the page cache", () => {
  test("is measured without being changed", async () => {
    const dataset = await openDataset(folder, null);
    for (const path of dataset.files) readFileSync(path);
    const first = await cacheContent(dataset);
    expect(first).toEqual({ method: first!.method, pages: PAGES, cachedPages: PAGES, share: 1 });
    expect(await cacheContent(dataset)).toEqual(first);
  });

  onDisk("is made cold, even of pages just written, and warm", async () => {
    const dataset = await openDataset(folder, null);
    expect((await prepareCache(dataset, "cold"))!.cachedPages).toBe(0);
    expect((await prepareCache(dataset, "asis"))!.cachedPages).toBe(0);
    expect((await prepareCache(dataset, "warm"))!.cachedPages).toBe(PAGES);
  });

  onDisk("that another mapping holds is not called cold", async () => {
    const dataset = await openDataset(folder, null);
    const held = Bun.mmap(dataset.files[0]!);
    let sum = 0;
    for (let at = 0; at < held.length; at += 4096) sum += held[at]!;
    expect(sum).toBe(0);
    await expect(prepareCache(dataset, "cold")).rejects.toMatchObject({ code: "CACHE_STATE", exit: 4 });
    expect(held[0]).toBe(0);
  });

  inMemory("of a memory file system is never cold", async () => {
    const shm = makeData("/dev/shm");
    try {
      await expect(prepareCache(await openDataset(shm, null), "cold")).rejects.toMatchObject({
        code: "CACHE_STATE",
      });
    } finally {
      rmSync(shm, { recursive: true });
    }
  });
});

test("a file that went away is named", async () => {
  const dataset = await openDataset(folder, null);
  rmSync(dataset.files[1]!);
  await expect(cacheContent(dataset)).rejects.toThrow(/cannot read .*b/);
});
