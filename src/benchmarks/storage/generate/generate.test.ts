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
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { syncFileSystem, syncsWhole } from "../../../native/sync-file-system.ts";
import { layouts } from "../dataset/dataset.ts";
import { isVacant, openDataset } from "../dataset/open-dataset.ts";
import { makerAt, tryClaim } from "./claim.ts";
import { type GenerateOptions, type GenerateProgress, generate } from "./generate.ts";
import { moveInto } from "./move-into.ts";
import { halfEmptied } from "./workshop.ts";

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
    const onProgress = ({ stage, done }: GenerateProgress) => {
      if (stage === "make" && done === options.samples)
        writeFileSync(join(root, "sample_000003.bin"), "theirs");
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
    await expect(moveInto(from, to, ["a", "b", "c"], { link })).rejects.toMatchObject({ code: "DATA_TAKEN" });
    expect(readdirSync(to)).toEqual(["c"]);
    expect(readFileSync(join(to, "c"), "utf8")).toBe("theirs");
  });

  test("is read, where it was there before anything was made", async () => {
    mkdirSync(data());
    writeFileSync(join(data(), "theirs.bin"), "theirs");
    expect(await generate(data(), options)).toBeNull();
    expect(readdirSync(data())).toEqual(["theirs.bin"]);
  });
});

describe("two processes that make samples in one directory", () => {
  const claimFiles = () => readdirSync(data()).filter((name) => name.startsWith("."));

  test("one makes them, the other waits for it before it makes any, says so, and reads those", async () => {
    const said: string[] = [];
    let isFirstDone = false;
    const other = Promise.withResolvers<unknown>();
    await generate(data(), options, {
      onWorkshop() {
        const deps = { onWait: (maker: string) => said.push(maker), onWorkshop: () => expect.unreachable() };
        other.resolve(
          generate(data(), { ...options, layout: "tar" }, deps).then((made) => [made, isFirstDone]),
        );
      },
    });
    isFirstDone = true;
    expect(await other.promise).toEqual([null, true]);
    expect(said).toEqual([`process ${process.pid} on ${hostname()}`]);
    expect([(await openDataset(data(), null)).layout, claimFiles()]).toEqual(["files", []]);
  });

  test("the other makes them where the one cannot", async () => {
    const other = Promise.withResolvers<unknown>();
    const freeBytesAt = () => {
      other.resolve(generate(data(), options));
      return 0;
    };
    await expect(generate(data(), options, { freeBytesAt })).rejects.toMatchObject({ code: "DATA_NO_SPACE" });
    expect(await other.promise).toMatchObject({ samples: options.samples });
    expect(claimFiles()).toEqual([]);
  });

  test("who waits hears an interrupt, and leaves the other alone", async () => {
    const controller = new AbortController();
    const deps = { signal: controller.signal, onWait: () => controller.abort() };
    const other = Promise.withResolvers<unknown>();
    await generate(data(), options, {
      onWorkshop: () => other.resolve(generate(data(), options, deps).catch(({ code }) => code)),
    });
    expect(await other.promise).toBe("INTERRUPTED");
    expect((await openDataset(data(), null)).fileOf.length).toBe(options.samples);
  });

  test("who looks while they are moved sees that they are being made", async () => {
    const seen = new Set<unknown>();
    const onProgress = ({ stage }: GenerateProgress) => {
      if (stage === "move") seen.add(makerAt(data()));
    };
    await generate(data(), options, { onProgress });
    expect([...seen]).toEqual([`process ${process.pid} on ${hostname()}`]);
    expect(makerAt(data())).toBeNull();
  });
});

test("a claim has one holder, and its file goes with it", () => {
  const claim = tryClaim(folder)!;
  expect([claim.isSure, tryClaim(folder), makerAt(folder)]).toEqual([true, null, expect.any(String)]);
  claim.release();
  expect([makerAt(folder), readdirSync(folder)]).toEqual([null, []]);
  const again = tryClaim(folder)!;
  expect(again).not.toBeNull();
  again.release();
  expect(tryClaim(join(folder, "none"))).toBeNull();
});

describe("many files", () => {
  const many = { ...options, samples: 300, sampleBytes: { kind: "fixed", value: 1 } } as const;
  const syncable = syncsWhole(tmpdir());

  test.skipIf(!syncable)(
    "go to the disk with their file system, before one is where it is read",
    async () => {
      const stages: [stage: string, done: number | null][] = [];
      await generate(data(), many, {
        async syncFileSystem(fd) {
          expect([syncFileSystem(fd), isVacant(data())]).toEqual([0, true]);
        },
        onProgress: ({ stage, done }) => stages.push([stage, done]),
      });
      expect(stages.filter(([stage]) => stage === "sync")).toEqual([["sync", null]]);
      expect(stages.filter(([stage]) => stage === "move").at(-1)).toEqual(["move", 302]);
      expect((await openDataset(data(), null)).fileOf.length).toBe(300);
    },
  );

  test.skipIf(!syncable)(
    "are removed where they cannot be brought there, or the user has had enough",
    async () => {
      const fails = async () => {
        throw Object.assign(new Error("syncfs: EIO"), { code: "EIO" });
      };
      await expect(generate(data(), many, { syncFileSystem: fails })).rejects.toThrow(/syncfs: EIO/);
      const controller = new AbortController();
      const hangs = () => {
        controller.abort();
        return new Promise<void>(() => {});
      };
      const deps = { syncFileSystem: hangs, signal: controller.signal };
      await expect(generate(data(), many, deps)).rejects.toMatchObject({ code: "INTERRUPTED" });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("go there one by one where the system does not know how else", async () => {
    const done: (number | null)[] = [];
    await generate(data(), many, {
      onProgress: (progress) => progress.stage === "sync" && done.push(progress.done),
    });
    expect([done[0], done.at(-1)]).toEqual([1, 302]);
  });

  test("an interrupt while they are moved takes back what was", async () => {
    const controller = new AbortController();
    const onProgress = ({ stage }: GenerateProgress) => {
      if (stage === "move") controller.abort();
    };
    const deps = { signal: controller.signal, onProgress };
    await expect(generate(data(), many, deps)).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the folder of a process that was killed", () => {
  const leftover = () => {
    const path = join(folder, ".inferbench-generating-killed");
    mkdirSync(path);
    writeFileSync(join(path, "sample_000000.bin"), "");
    writeFileSync(join(folder, ".inferbench-generating.lock"), "process 1 on nowhere");
    return path;
  };

  test("is removed by the next one", async () => {
    const path = leftover();
    await generate(folder, options);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("is left alone with another file in it", async () => {
    const path = leftover();
    writeFileSync(join(path, "mine.txt"), "");
    await generate(folder, options);
    expect(existsSync(path)).toBe(true);
  });

  test("is known where samples were being moved out of it, also to who claims the directory since", async () => {
    const path = leftover();
    const [manifest, index] = ["inferbench-dataset.json", "inferbench-samples.csv"];
    writeFileSync(join(path, manifest), "");
    expect(halfEmptied(folder)).toBeNull();
    writeFileSync(join(folder, index), "");
    expect(await generate(folder, options)).toBeNull();
    expect(halfEmptied(folder)).toBe(path);
    writeFileSync(join(folder, manifest), "");
    expect(halfEmptied(folder)).toBeNull();
  });
});

test("records of several sizes are refused", async () => {
  const sampleBytes = { kind: "normal", mean: 100, sd: 10 } as const;
  await expect(generate(data(), { ...options, layout: "records", sampleBytes })).rejects.toThrow(
    "records are all of one size, and normal sizes were asked for",
  );
});
