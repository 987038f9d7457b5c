import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../../test/skip.ts";
import { readDisk } from "../../results/environment/disk.ts";
import { type CacheState, cacheContent, prepareCache, provenCache } from "./cache-state.ts";
import type { Dataset } from "./dataset/dataset.ts";
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

const made = async (dataset: Dataset, state: CacheState) => {
  await prepareCache(dataset, state);
  return provenCache(dataset, state);
};

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
    expect((await made(dataset, "cold"))!.cachedPages).toBe(0);
    expect((await made(dataset, "asis"))!.cachedPages).toBe(0);
    expect((await made(dataset, "warm"))!.cachedPages).toBe(PAGES);
  });

  onDisk("that another mapping holds is not called cold", async () => {
    const dataset = await openDataset(folder, null);
    const held = Bun.mmap(dataset.files[0]!);
    let sum = 0;
    for (let at = 0; at < held.length; at += 4096) sum += held[at]!;
    expect(sum).toBe(0);
    await expect(made(dataset, "cold")).rejects.toMatchObject({ code: "CACHE_STATE", exit: 4 });
    expect(held[0]).toBe(0);
  });

  inMemory("of a memory file system is never cold", async () => {
    const shm = makeData("/dev/shm");
    try {
      await expect(made(await openDataset(shm, null), "cold")).rejects.toMatchObject({
        code: "CACHE_STATE",
      });
    } finally {
      rmSync(shm, { recursive: true });
    }
  });
});

const module = JSON.stringify(join(import.meta.dir, "cache-state.ts"));
/** Runs a program as someone who owns nothing. */
const runAsOther = (program: string) =>
  Bun.spawnSync(
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "-e", program],
    { cwd: folder },
  );
const asOther = testWhere(
  process.geteuid?.() === 0 &&
    Bun.which("setpriv") !== null &&
    runAsOther(`await import(${module})`).exitCode === 0,
  "no other user to be with setpriv, or this folder is not for others",
);

/** What a user who neither owns the files nor may write them is told of the cache. */
function askedByOther(expression: string): string {
  chmodSync(folder, 0o755);
  const program = `
    import { cacheContent, provenCache } from ${module};
    const files = { root: ".", files: ["a", "b"], fileBytes: [${(PAGES / 2) * 4096}, ${(PAGES / 2) * 4096}] };
    console.log(JSON.stringify(await ${expression}));`;
  const { stdout, stderr } = runAsOther(program);
  expect(stderr.toString()).toBe("");
  return stdout.toString().trim();
}

asOther("of files that someone else owns is not told, where it would be called warm otherwise", async () => {
  expect(askedByOther("cacheContent(files)")).toBe("null");
  const failure = askedByOther('provenCache(files, "warm").catch((error) => error)');
  expect(JSON.parse(failure)).toMatchObject({ code: "CACHE_STATE", exit: 4 });
  const message = askedByOther('provenCache(files, "cold").catch(({ message, hint }) => message + hint)');
  expect(message).toMatch(/only to who owns it.*as root/);
});

test("a file that went away is named", async () => {
  const dataset = await openDataset(folder, null);
  rmSync(dataset.files[1]!);
  await expect(cacheContent(dataset)).rejects.toThrow(/cannot read .*b/);
});
