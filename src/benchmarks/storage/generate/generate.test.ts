import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { layouts } from "../dataset/dataset.ts";
import { openDataset } from "../dataset/open-dataset.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import { moveInto } from "./move-into.ts";
import { removeLeftovers } from "./workshop.ts";

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
    // Nor is there memory taken for them.
    await expect(generate(data(), { ...options, samples: 1e12 })).rejects.toMatchObject({
      code: "DATA_NO_SPACE",
    });
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

describe("what others put there meanwhile", () => {
  test("is not touched, and nothing of ours is left beside it", async () => {
    const root = data();
    const onProgress = (samples: number) => {
      if (samples === options.samples) writeFileSync(join(root, "sample_000003.bin"), "theirs");
    };
    await expect(generate(root, options, { onProgress })).rejects.toMatchObject({ code: "DATA_TAKEN" });
    expect(readdirSync(root)).toEqual(["sample_000003.bin"]);
    expect(readFileSync(join(root, "sample_000003.bin"), "utf8")).toBe("theirs");
  });

  test.each([true, false])("by name, with hard links: %p", async (hasLinks) => {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    for (const path of [from, to]) mkdirSync(path);
    for (const name of ["a", "b", "c"]) writeFileSync(join(from, name), "ours");
    writeFileSync(join(to, "c"), "theirs");
    const link: typeof linkSync = (...paths) => {
      if (hasLinks) linkSync(...paths);
      else throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    };
    await expect(moveInto(from, to, ["a", "b", "c"], link)).rejects.toMatchObject({ code: "DATA_TAKEN" });
    expect(readdirSync(to)).toEqual(["c"]);
    expect(readFileSync(join(to, "c"), "utf8")).toBe("theirs");
  });

  test("by the same command: one has its samples, whole, and the other says so", async () => {
    const both = await Promise.allSettled([
      generate(data(), options),
      generate(data(), { ...options, layout: "tar", seed: 4 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { reason } = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(reason.code).toBe("DATA_TAKEN");
    const { checksums } = await openDataset(data(), null);
    expect([...checksums!]).toEqual((await sampleContents(data())).map((content) => crc32(content)));
  });
});

describe("the folder of a process that was killed", () => {
  const leftover = () => {
    const path = join(folder, ".inferbench-generating-killed");
    mkdirSync(path);
    for (const name of [".lock", "sample_000000.bin"]) writeFileSync(join(path, name), "");
    return path;
  };

  test("is removed by the next one", async () => {
    const path = leftover();
    await generate(folder, options);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test.each<[string, (path: string) => void]>([
    ["another file in it", (path) => writeFileSync(join(path, "mine.txt"), "")],
    ["no lock file", (path) => rmSync(join(path, ".lock"))],
  ])("is left alone with %s", async (_, change) => {
    const path = leftover();
    change(path);
    await generate(folder, options);
    expect(existsSync(path)).toBe(true);
  });

  test("is left alone as long as it lives", async () => {
    let looked: Promise<void> | null = null;
    await generate(folder, options, {
      onWorkshop() {
        looked = removeLeftovers(folder);
      },
    });
    await looked;
    expect((await openDataset(folder, null)).fileOf.length).toBe(options.samples);
  });
});

test("records of several sizes are refused", async () => {
  const sampleBytes = { kind: "normal", mean: 100, sd: 10 } as const;
  await expect(generate(data(), { ...options, layout: "records", sampleBytes })).rejects.toThrow(
    "records are all of one size, and normal sizes were asked for",
  );
});
