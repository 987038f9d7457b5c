import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { testWhere } from "../../../../test/skip.ts";
import { TAR_BLOCK, tarHeader, tarPadding } from "../generate/tar-header.ts";
import { INDEX_FILE, MANIFEST_FILE } from "./manifest.ts";
import { isVacant, openDataset } from "./open-dataset.ts";
import { tarMembers } from "./tar-index.ts";

const tarTest = testWhere(Bun.which("tar") !== null, "there is no tar");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-data-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (...names: string[]) => join(folder, ...names);
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(join(path(name), ".."), { recursive: true });
  writeFileSync(path(name), content);
};
/** What the index says that each sample holds. */
const contents = async () => {
  const { files, fileOf, offset, bytes } = await openDataset(folder, null);
  return [...fileOf].map((file, i) =>
    readFileSync(files[file]!)
      .subarray(offset[i]!, offset[i]! + bytes[i]!)
      .toString(),
  );
};
const tar = (...members: [string, string][]) =>
  Buffer.concat([
    ...members.flatMap(([name, text]) => [
      tarHeader(name, text.length),
      Buffer.from(text),
      new Uint8Array(tarPadding(text.length)),
    ]),
    new Uint8Array(2 * TAR_BLOCK),
  ]);

describe("a directory", () => {
  test("of files has a sample in each, by name, whatever the folder; dot files and empty ones are left out", async () => {
    put("b.bin", "second");
    put("a/x.jpg", "first");
    put(".hidden/c", "not this");
    put("_SUCCESS", "");
    expect(await contents()).toEqual(["first", "second"]);
    expect((await openDataset(folder, null)).oddities.empty).toEqual({ files: 1, first: "_SUCCESS" });
  });

  test("of tar shards says which have no samples", async () => {
    put("0.tar", tar(["7.jpg", "image"]));
    expect((await openDataset(folder, null)).oddities.empty).toBeNull();
    put("a/1.tar", "");
    put("2.tar", tar());
    expect(await openDataset(folder, null)).toMatchObject({
      fileOf: { length: 1 },
      oddities: { empty: { files: 2, first: "2.tar" } },
    });
  });

  test("of tar shards has one for each key", async () => {
    put("1.tar", tar(["d/0001.jpg", "image"], ["d/0002.bin", "x".repeat(600)], ["d/0003.v2.bin", "three"]));
    put("0.tar", tar(["0000.txt", "zero"]));
    expect(await contents()).toEqual(["zero", "image", "x".repeat(600), "three"]);
  });

  test("where members share a key, reads them in one piece", async () => {
    put("0.tar", tar(["7.jpg", "image"], ["7.cls", "1"], ["8.jpg", "other"]));
    const [first, second] = await contents();
    expect(first).toStartWith("image");
    expect(first).toEndWith("1");
    expect(first!.length).toBe(2 * TAR_BLOCK + 1);
    expect(second).toBe("other");
  });

  test("where a member that is no sample stands between two that share a key, does not read it with them", async () => {
    put("0.tar", tar(["7.jpg", "image"], ["README", "x".repeat(5000)], ["7.cls", "1"], ["7.txt", "2"]));
    const [first, second, ...others] = await contents();
    expect(first).toBe("image");
    expect(second).toMatch(/^1.*2$/s);
    expect(others).toEqual([]);
  });

  test("is left when the user has had enough", async () => {
    put("0.tar", tar(["7.jpg", "image"]));
    await expect(openDataset(folder, null, AbortSignal.abort())).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    // In the middle of a shard, too.
    const pauses: (Promise<void> | null)[] = [null, Promise.reject(new Error("enough"))];
    const bytes = readFileSync(path("0.tar")).length;
    await expect(tarMembers(path("0.tar"), bytes, () => pauses.shift()!)).rejects.toThrow("enough");
  });

  test("of tar and other files has the shards', and says what it leaves out", async () => {
    put("0.tar", tar(["7.jpg", "image"], ["8.jpg", "other"]));
    put("1.tar.gz", "packed");
    put("a/README.md", "text");
    expect(await openDataset(folder, null)).toMatchObject({
      layout: "tar",
      fileOf: { length: 2 },
      oddities: { leftOut: { files: 2, first: "1.tar.gz" } },
    });
    expect(await openDataset(folder, "files")).toMatchObject({
      fileOf: { length: 3 },
      oddities: { leftOut: null },
    });
  });

  test("of shards whose keys recur says so, and names one", async () => {
    put("0.tar", tar(["7.jpg", "a"], ["8.jpg", "b"], ["9.jpg", "c"]));
    expect((await openDataset(folder, null)).oddities.repeatedKeys).toBeNull();
    put("1.tar", tar(["7.jpg", "a"], ["8.jpg", "b"], ["7.cls", "1"], ["8.cls", "2"]));
    const { fileOf, oddities } = await openDataset(folder, null);
    expect([fileOf.length, oddities.repeatedKeys]).toEqual([7, { samples: 2, shard: "1.tar", key: "7" }]);
  });

  test("of records has what its index says", async () => {
    put("a.rec", "aabbcc");
    put("b.rec", "ddee");
    const shards = [
      { name: "a.rec", samples: 3 },
      { name: "b.rec", samples: 2 },
    ];
    put(MANIFEST_FILE, JSON.stringify({ layout: "records", samples: 5, recordBytes: 2, shards }));
    expect(await contents()).toEqual(["aa", "bb", "cc", "dd", "ee"]);
    truncateSync(path("b.rec"), 3);
    await expect(openDataset(folder, null)).rejects.toThrow(
      /b\.rec has 3 bytes, and its index says 2 records of 2/,
    );
  });
});

describe("checksums", () => {
  /** An index as the generator writes it, its samples in the order of their numbers. */
  const index = (...samples: [file: string, offset: number, bytes: number, crc32: number][]) => {
    put(INDEX_FILE, ["file,offset,bytes,crc32", ...samples.map((sample) => sample.join()), ""].join("\n"));
    const generated = { seed: 1, sampleBytes: "4" };
    put(MANIFEST_FILE, JSON.stringify({ layout: "files", samples: samples.length, generated }));
  };
  const sums = async () => {
    const { files, fileOf, checksums } = await openDataset(folder, null);
    return checksums && [...fileOf].map((file, i) => [basename(files[file]!), checksums[i]!]);
  };

  test("are those of each sample's place, though names with more digits come before others", async () => {
    for (const name of ["sample_999999.bin", "sample_1000000.bin", "sample_1000001.bin"]) put(name, name);
    index(
      ["sample_999999.bin", 0, 17, 7],
      ["sample_1000000.bin", 0, 18, 8],
      ["sample_1000001.bin", 0, 18, 9],
    );
    expect(await sums()).toEqual([
      ["sample_1000000.bin", 8],
      ["sample_1000001.bin", 9],
      ["sample_999999.bin", 7],
    ]);
  });

  test("of files that are gone, or not as long as they were, are an error with both sizes", async () => {
    put("a", "text");
    index(["a", 0, 4, 7], ["b", 0, 4, 7]);
    await expect(sums()).rejects.toThrow(/\/b is not there, or empty, and the index/);
    put("b", "texts");
    await expect(sums()).rejects.toThrow(/\/b has 5 bytes, and its index .* says 4/);
    put("b", "tex");
    await expect(sums()).rejects.toMatchObject({
      message: expect.stringMatching(/\/b has 3 bytes, and its index .* says 4/),
      exit: 2,
    });
  });
});

describe("a tar shard that others made", () => {
  /** What the system's tar makes of a folder, whose files are put there by `files`; the folder is gone then. */
  const packed = (name: string, files: () => void, ...flags: string[]) => {
    mkdirSync(path("in"), { recursive: true });
    files();
    const made = Bun.spawnSync(["tar", ...flags, "-cf", path(name), "-C", path("in"), "--sort=name", "."]);
    expect([made.stderr.toString(), made.exitCode]).toEqual(["", 0]);
    rmSync(path("in"), { recursive: true });
  };
  /** A header with other numbers in it, its checksum set right. */
  const headerWith = (name: string, change: (header: Buffer) => void): Buffer => {
    const header = Buffer.from(tarHeader(name, 0));
    change(header);
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return header;
  };
  /** A size as GNU tar writes it from 8 GiB on. */
  const base256 = (header: Buffer, bytes: number) => {
    header.fill(0, 124, 136);
    header[124] = 0x80;
    header.writeUIntBE(bytes, 130, 6);
  };

  tarTest("is grouped by key, in every format, and nothing is written beside it", async () => {
    for (const format of ["gnu", "ustar", "pax", "v7", "oldgnu"]) {
      packed(
        `${format}.tar`,
        () => {
          put("in/a/0001.cls", "7");
          put("in/a/0001.jpg", "image");
          put("in/a/0002.jpg", "x".repeat(700));
          put("in/b/0001.jpg", "other");
        },
        `--format=${format}`,
      );
    }
    const before = readdirSync(folder);
    const one = [expect.stringMatching(/^7.*image$/s), "x".repeat(700), "other"];
    expect(await contents()).toEqual([...one, ...one, ...one, ...one, ...one]);
    expect(readdirSync(folder)).toEqual(before);
  });

  tarTest("has no samples in its links, folders and files without an extension", async () => {
    packed("0.tar", () => {
      put("in/0001.jpg", "image");
      put("in/README", "text");
      put("in/.hidden", "text");
      symlinkSync("0001.jpg", path("in/0002.jpg"));
      linkSync(path("in/0001.jpg"), path("in/0003.jpg"));
    });
    put("1.tar", tar(["__index.json__", "{}"], ["d/__1__.txt", "sample"]));
    expect(await contents()).toEqual(["image", "sample"]);
  });

  tarTest("with names longer than a header's field", async () => {
    const long = `${"n".repeat(120)}/${"m".repeat(200)}`;
    for (const format of ["gnu", "pax"]) {
      const files = () => {
        put(`in/${long}.a.txt`, "one");
        put(`in/${long}.b.txt`, "two");
        put(`in/${long}0.txt`, "three");
      };
      packed(`${format}.tar`, files, `--format=${format}`);
    }
    const two = [expect.stringMatching(/^one.*two$/s), "three"];
    expect((await contents()).sort()).toEqual([...two, ...two].sort());
  });

  test("with sizes in base 256, small and of more than 8 GiB", async () => {
    const huge = 9 * 2 ** 30;
    const first = Buffer.alloc(2 * TAR_BLOCK);
    headerWith("1.bin", (header) => base256(header, 5)).copy(first);
    first.write("small", TAR_BLOCK);
    put("0.tar", Buffer.concat([first, headerWith("2.bin", (header) => base256(header, huge))]));
    // A hole in the middle, on which the disk spends nothing.
    truncateSync(path("0.tar"), 3 * TAR_BLOCK + huge);
    appendFileSync(path("0.tar"), tar(["3.bin", "last"]));
    const { offset, bytes } = await openDataset(folder, null);
    expect([...bytes]).toEqual([5, huge, 4]);
    expect([...offset]).toEqual([TAR_BLOCK, 3 * TAR_BLOCK, 4 * TAR_BLOCK + huge]);
  });

  test("with a size on a member that has no content", async () => {
    const link = headerWith("1.bin", (header) => {
      header.write("1", 156);
      header.write("00000001000\0", 124);
    });
    put("0.tar", Buffer.concat([link, tar(["2.bin", "content"])]));
    expect(await contents()).toEqual(["content"]);
  });

  test("whose headers were damaged, or that has sparse members, is refused", async () => {
    const good = tar(["1.bin", "one"], ["2.bin", "two"]);
    const bad = Buffer.from(good);
    bad[2 * TAR_BLOCK + 130]! ^= 1;
    put("0.tar", bad);
    await expect(openDataset(folder, null)).rejects.toThrow(/0\.tar is no tar archive \(at byte 1024\)/);
    put("0.tar", Buffer.concat([headerWith("1.bin", (header) => header.write("S", 156)), good]));
    await expect(openDataset(folder, null)).rejects.toThrow(/0\.tar has sparse members/);
  });
});

test("other programs' tars are read: GNU, ustar and pax, long names", async () => {
  const long = `${`${"n".repeat(60)}/`.repeat(2)}${"m".repeat(90)}.bin`;
  put(`in/${long}`, "long");
  put("in/short.bin", "short");
  for (const format of ["gnu", "ustar", "pax"]) {
    const made = Bun.spawnSync([
      "tar",
      `--format=${format}`,
      "-cf",
      path(`${format}.tar`),
      "-C",
      path("in"),
      ".",
    ]);
    expect(made.exitCode).toBe(0);
  }
  rmSync(path("in"), { recursive: true });
  expect((await contents()).sort()).toEqual(["long", "long", "long", "short", "short", "short"]);
});

describe("is refused", () => {
  test.each<[string, () => void, RegExp]>([
    ["an empty directory", () => {}, /no samples/],
    ["only empty files", () => put("a", ""), /no samples/],
    ["a link to nowhere", () => symlinkSync("gone", path("link")), /\/link is a link to gone, which cannot/],
    [
      "a shard that is compressed",
      () => {
        put("0.tar.gz", "packed");
        put("README", "text");
      },
      /has compressed shards such as 0\.tar\.gz/,
    ],
    [
      "an index that leads elsewhere",
      () => {
        const shards = [{ name: "../u/1.bin", samples: 1 }];
        put(MANIFEST_FILE, JSON.stringify({ layout: "records", samples: 1, recordBytes: 1, shards }));
      },
      /"\.\.\/u\/1\.bin" is not below the samples' root/,
    ],
    [
      "a shard of other bytes",
      () => put("a.tar", crypto.getRandomValues(new Uint8Array(2000))),
      /is no tar archive/,
    ],
    ["a tar that was cut", () => put("a.tar", tar(["x", "y".repeat(5000)]).subarray(0, 2000)), /is cut off/],
    ["an index that is no JSON", () => put(MANIFEST_FILE, "{"), /cannot be understood/],
    [
      "records without sizes",
      () => put(MANIFEST_FILE, '{"layout":"records","samples":1}'),
      /needs recordBytes/,
    ],
    [
      "fewer samples than the index says",
      () => {
        put("a", "x");
        put(MANIFEST_FILE, '{"layout":"files","samples":2}');
      },
      /there are 1 samples .* says 2/,
    ],
  ])("%s", async (_, prepare, message) => {
    prepare();
    await expect(openDataset(folder, null)).rejects.toThrow(message);
  });

  test("a layout that it has not", async () => {
    put("a", "x");
    await expect(openDataset(folder, "records")).rejects.toThrow(/need an index/);
    put(MANIFEST_FILE, '{"layout":"files","samples":1}');
    await expect(openDataset(folder, "tar")).rejects.toThrow(/the layout files, not tar/);
  });

  test("what is not there, and what is a file", async () => {
    put("file", "x");
    await expect(openDataset(path("missing"), null)).rejects.toThrow(/there is no/);
    await expect(openDataset(path("file"), null)).rejects.toThrow(/is no directory/);
  });
});

test("a directory is vacant when it is not there, or holds nothing of anyone's", async () => {
  expect(isVacant(path("missing"))).toBe(true);
  mkdirSync(path("lost+found"));
  expect(isVacant(folder)).toBe(true);
  put("a", "");
  expect(isVacant(folder)).toBe(false);
});
