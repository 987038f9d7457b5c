import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { layouts } from "../dataset/dataset.ts";
import { openDataset } from "../dataset/open-dataset.ts";
import { type GenerateOptions, generate } from "./generate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-generate-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const options: GenerateOptions = {
  layout: "files",
  samples: 10,
  sampleBytes: { kind: "fixed", value: 5000 },
  samplesPerShard: 4,
  seed: 3,
};
const data = () => join(folder, "data");
const sampleContents = async (root: string) => {
  const { files, fileOf, offset, bytes } = await openDataset(root, null);
  return [...fileOf].map((file, i) =>
    readFileSync(files[file]!).subarray(offset[i]!, offset[i]! + bytes[i]!),
  );
};

test.each(layouts)("layout %s: the samples are found again, each with its checksum", async (layout) => {
  await generate(data(), { ...options, layout });
  const dataset = await openDataset(data(), null);
  expect([dataset.layout, dataset.fileOf.length]).toEqual([layout, 10]);
  expect(dataset.files.length).toBe(layout === "files" ? 10 : 3);
  const sums = (await sampleContents(data())).map((bytes) => crc32(bytes));
  expect([...dataset.checksums!]).toEqual(sums);
  expect(new Set(sums).size).toBe(10);
});

test("the layouts hold the same samples, and a seed always the same", async () => {
  const contents = [];
  for (const layout of layouts) {
    await generate(join(folder, layout), { ...options, layout });
    contents.push(await sampleContents(join(folder, layout)));
  }
  expect(contents[1]).toEqual(contents[0]!);
  expect(contents[2]).toEqual(contents[0]!);
  await generate(data(), { ...options, seed: 4 });
  expect((await sampleContents(data()))[0]).not.toEqual(contents[0]![0]!);
});

test("sizes follow their distribution, and samples beyond a piece are whole", async () => {
  const sampleBytes = { kind: "uniform", min: 1, max: 3_000_000 } as const;
  await generate(data(), { ...options, samples: 6, sampleBytes, layout: "tar" });
  const { bytes, checksums } = await openDataset(data(), null);
  expect(new Set(bytes).size).toBe(6);
  expect([...checksums!]).toEqual((await sampleContents(data())).map((content) => crc32(content)));
});

test("nothing in them can be compressed, no block is there twice", async () => {
  await generate(data(), { ...options, sampleBytes: { kind: "fixed", value: 65_536 } });
  const all = Buffer.concat(await sampleContents(data()));
  expect(Bun.zstdCompressSync(all).length).toBeGreaterThan(all.length * 0.999);
  const blocks = new Set<string>();
  for (let at = 0; at < all.length; at += 4096) blocks.add(all.toString("latin1", at, at + 4096));
  expect(blocks.size).toBe(all.length / 4096);
  const { blocks: allocated } = statSync((await openDataset(data(), null)).files[0]!);
  expect(allocated * 512).toBeGreaterThanOrEqual(65_536);
});

describe("what cannot be finished leaves nothing behind, and the user's files alone", () => {
  test("too little space, seen before a byte is written", async () => {
    const tried = generate(data(), options, { freeBytesAt: () => 50_000 });
    await expect(tried).rejects.toThrow(/needed for the samples/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a disk that fills up on the way", async () => {
    writeFileSync(join(folder, ".keep"), "mine");
    let left = 20_000;
    const write: typeof writeSync = ((fd: number, bytes: Uint8Array, at: number, length: number) => {
      left -= length;
      if (left < 0) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
      return writeSync(fd, bytes, at, length);
    }) as typeof writeSync;
    await expect(generate(folder, options, { write })).rejects.toThrow(/no space left/);
    expect(readdirSync(folder)).toEqual([".keep"]);
  });

  test("an interrupt", async () => {
    const controller = new AbortController();
    const big = { ...options, sampleBytes: { kind: "fixed", value: 9 << 20 } } as const;
    const deps = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(generate(data(), big, deps)).rejects.toThrow(/interrupted/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("records of several sizes are refused", async () => {
  const sampleBytes = { kind: "normal", mean: 100, sd: 10 } as const;
  await expect(generate(data(), { ...options, layout: "records", sampleBytes })).rejects.toThrow(
    /all of one size/,
  );
});
