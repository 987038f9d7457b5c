import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { generate } from "../../benchmarks/storage/generate/generate.ts";
import { parseArguments } from "../flags/parse.ts";
import { resolveFlags } from "../flags/resolve.ts";
import { runDirectoryOf, settingsOf } from "./config.ts";
import { dataSourceOf } from "./data.ts";
import { storageFlags } from "./flags.ts";
import { checkPresetToMake, withPreset } from "./preset.ts";
import { checkRankFlags } from "./ranks.ts";

const resolve = (...argv: string[]) => {
  const { given, positionals } = parseArguments(argv, storageFlags);
  expect(positionals).toEqual([]);
  return resolveFlags(storageFlags, given, {}, null);
};
const valuesOf = (...argv: string[]) => resolve(...argv).values;

describe("settings", () => {
  test("of the seed's command line", () => {
    const line = "--run-name demo-infer --steps 200 --gbs 256 --mbs 1 --num-workers 4 --mode infer";
    expect(settingsOf(valuesOf(...line.split(" ")))).toMatchObject({
      steps: 200,
      globalBatchSize: 256,
      microbatchSize: 1,
      workers: 4,
    });
  });

  test("of the seed's other flags, with underscores and separate truth values too", () => {
    const line =
      "--data_root ./x --auto-generate true --sample_count 10 --sample-size-kb 64 --read-buffer-kb 128 --compute-ms 2.5 --outdir m";
    const values = valuesOf(...line.split(" "));
    expect(values).toMatchObject({ dataRoot: "./x", autoGenerate: true, sampleCount: 10, outdir: "m" });
    expect(settingsOf(values)).toMatchObject({
      blockBytes: 131_072,
      computeMs: { kind: "fixed", value: 2.5 },
    });
  });

  test("of mmap have no size of reads, of other engines they have one", () => {
    expect(settingsOf(valuesOf("--engine", "mmap")).blockBytes).toBeNull();
    expect(settingsOf(valuesOf("--engine", "node")).blockBytes).toBe(262_144);
  });

  test.each<[string, RegExp]>([
    ["--gbs 10 --mbs 4", /--gbs 10 is not a multiple of --mbs 4/],
    ["--direct --engine mmap", /--direct is for reads/],
    ["--io-depth 8", /--io-depth is for --engine io_uring, not pread/],
    ["--engine mmap --read-buffer-kb 512", /--engine mmap has none/],
    ["--access strided", /needs a --stride/],
    ["--stride 3", /--stride is for --access strided/],
    ["--mode train", /"train" is not infer/],
    ["--compute-ms normal:1", /"normal:1" is not a number of milliseconds/],
  ])("%s is refused", (line, message) => {
    expect(() => settingsOf(valuesOf(...line.split(" ")))).toThrow(message);
  });

  test("a run's name stays inside of --outdir", () => {
    expect(runDirectoryOf("metrics", "a")).toBe("metrics/a");
    for (const name of ["..", "a/b", "/etc", "."])
      expect(() => runDirectoryOf("metrics", name)).toThrow(/no name/);
  });
});

test("several ranks need a name and whole microbatches each, and do not search", () => {
  expect(() => checkRankFlags(valuesOf(), 2)).toThrow(/2 ranks need a --run-name/);
  const search = ["--run-name", "a", "--preset", "resnet50-h100", "--find-accelerators"];
  expect(() => checkRankFlags(valuesOf(...search), 2)).toThrow(/searches in one process/);
  expect(() => checkRankFlags(valuesOf(...search), 1)).not.toThrow();
  expect(() => settingsOf(valuesOf("--gbs", "8", "--mbs", "4"), 4)).toThrow(/--mbs 4 times 4 ranks/);
  expect(settingsOf(valuesOf("--gbs", "16", "--mbs", "4"), 4).globalBatchSize).toBe(16);
});

test("one process meets no one in Redis: the flag is refused, the job's variable is not", () => {
  const url = "redis://h";
  const given = resolve("--redis-url", url);
  expect(() => checkRankFlags(given.values, 1, given.sources)).toThrow(/--redis-url .* this is one process/);
  const { values, sources } = resolveFlags(storageFlags, new Map(), { INFERBENCH_REDIS_URL: url }, null);
  expect(values.redisUrl).toBe(url);
  expect(() => checkRankFlags(values, 1, sources)).not.toThrow();
});

test("the configurations in fixtures are understood", () => {
  const folder = join(import.meta.dir, "../../../fixtures/storage");
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) {
    const { storage } = parse(readFileSync(join(folder, name), "utf8"));
    const { values } = resolveFlags(
      storageFlags,
      new Map(),
      {},
      { path: name, entries: storage, lines: new Map() },
    );
    expect(settingsOf(values).steps).toBeGreaterThan(0);
  }
});

describe("the samples", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "inferbench-source-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const source = (...more: string[]) => dataSourceOf(resolve("--data-root", folder, ...more), {});

  test("are to be made where there are none, as the flags say", () => {
    expect(source("--layout", "tar", "--sample-count", "7", "--sample-size-kb", "uniform:1,2")).toEqual({
      kind: "make",
      root: folder,
      options: {
        layout: "tar",
        samples: 7,
        sampleBytes: { kind: "uniform", min: 1024, max: 2048 },
        samplesPerShard: 100,
        seed: 42,
      },
    });
    expect(() => source("--auto-generate", "false")).toThrow(/there are no samples/);
    expect(() => source("--samples-per-shard", "7")).toThrow(/for the layouts tar and records/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of the user are taken as they are, and never made anew", () => {
    writeFileSync(join(folder, "mine.bin"), "x");
    expect(source()).toEqual({ kind: "there", root: folder, layout: null });
    expect(() => source("--sample-count", "7")).toThrow(/was not made so/);
    expect(readdirSync(folder)).toEqual(["mine.bin"]);
  });

  test("that were made before are taken where they are what the flags say", async () => {
    const sampleBytes = { kind: "normal", mean: 2048, sd: 512 } as const;
    await generate(folder, { layout: "tar", samples: 6, sampleBytes, samplesPerShard: 3, seed: 1 });
    const same = ["--sample-count", "6", "--sample-size-kb", "normal:2,0.5", "--samples-per-shard", "3"];
    expect(source(...same)).toEqual({ kind: "there", root: folder, layout: null });
    expect(() => source("--sample-count", "7")).toThrow(/those there have 6/);
    expect(() => source("--sample-size-kb", "2")).toThrow(/those there have normal:2,0.5/);
  });
});

describe("samples elsewhere", () => {
  const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
  const source = (env: Record<string, string>, ...argv: string[]) => dataSourceOf(resolve(...argv), env);

  test("are found by their address, with credentials from the environment", () => {
    expect(source(keys, "--data-root", "s3://bucket/a/b", "--s3-endpoint", "http://h:1/")).toEqual({
      kind: "remote",
      remote: {
        kind: "s3",
        bucket: "bucket",
        prefix: "a/b/",
        endpoint: "http://h:1",
        region: "us-east-1",
        credentials: { accessKeyId: "id", secretAccessKey: "secret", sessionToken: null },
      },
      timeoutMs: 30_000,
      retries: 5,
      seed: 42,
    });
    expect(source({}, "--data-root", "s3://bucket", "--s3-anonymous")).toMatchObject({
      remote: { prefix: "", credentials: null },
    });
    const google = { GOOGLE_OAUTH_ACCESS_TOKEN: "t", AWS_REGION: "eu-west-1" };
    expect(source(google, "--data-root", "gs://bucket/a")).toMatchObject({
      kind: "remote",
      remote: {
        kind: "gs",
        bucket: "bucket",
        prefix: "a/",
        endpoint: "https://storage.googleapis.com",
        credentials: { kind: "token", token: "t" },
      },
    });
    const emulator = { STORAGE_EMULATOR_HOST: "127.0.0.1:4443" };
    expect(source(emulator, "--data-root", "gs://bucket", "--s3-anonymous")).toMatchObject({
      remote: { kind: "gs", prefix: "", endpoint: "http://127.0.0.1:4443", credentials: null },
    });
    expect(source({}, "--data-root", "http://h/data")).toMatchObject({
      kind: "remote",
      remote: { kind: "http", base: "http://h/data/", shards: null },
    });
    expect(source({}, "--data-root", "https://h/a%20b/{train,val}/s-{08..10}%23.tar")).toMatchObject({
      remote: {
        base: "https://h/a%20b/",
        shards: ["train", "val"].flatMap((part) => ["08", "09", "10"].map((i) => `${part}/s-${i}#.tar`)),
      },
    });
    expect(source({}, "--data-root", "https://h/one.tar")).toMatchObject({
      remote: { base: "https://h/", shards: ["one.tar"] },
    });
  });

  test.each<[string, RegExp]>([
    ["--data-root s3://bucket", /no credentials/],
    ["--data-root ftp://bucket", /ftp:\/\/ is not known/],
    ["--data-root gs://", /gs:\/\/ needs a bucket/],
    ["--data-root gs://bucket --s3-region x", /--s3-region says nothing of gs:/],
    ["--data-root http://h --s3-anonymous", /--s3-anonymous says nothing of http:/],
    ["--data-root http://h --direct", /--direct is for files on this machine/],
    ["--data-root http://h --sample-count 5", /--sample-count is for files on this machine/],
    ["--data-root http://user:secret@h", /a log-in, a query or a fragment is not taken/],
    ["--data-root http://h/a#b", /a log-in, a query or a fragment is not taken/],
    ["--data-root s3://bucket/100%", /"100%" has a % that stands for nothing/],
    ["--data-root s3://bucket/a?b=c", /an address with a log-in, a query or a fragment is not taken/],
    ["--data-root gs://bucket/what?", /an address with a log-in, a query or a fragment is not taken/],
    ["--data-root gs://bucket/a#b", /an address with a log-in, a query or a fragment is not taken/],
    ["--data-root https://h/a-{0..1}.zip", /"a-0.zip" is no tar shard/],
    ["--data-root http://h{1..2}.x/a.tar", /names no folder of shards/],
    ["--data-root http://x.tar", /names no folder of shards/],
    ["--data-root https://h/a-{0..1.tar", /a brace without its other one/],
    ["--retries 3", /--retries is for data elsewhere/],
  ])("%s is refused", (line, message) => {
    expect(() => source({}, ...line.split(" "))).toThrow(message);
  });
});

describe("a preset", () => {
  test("sets what no flag does", () => {
    const values = withPreset(resolve("--preset", "resnet50-h100", "--num-workers", "2", "--mbs", "100"));
    expect(values).toMatchObject({
      gbs: 400,
      mbs: 100,
      numWorkers: 2,
      dataRoot: "./data/resnet50",
      layout: "records",
    });
    expect(settingsOf(values).computeMs).toEqual({ kind: "fixed", value: 224 });
    const folder = mkdtempSync(join(tmpdir(), "inferbench-preset-"));
    try {
      const resolved = resolve("--preset", "resnet50-h100", "--data-root", folder);
      expect(dataSourceOf(resolved, {}, withPreset(resolved))).toMatchObject({
        kind: "make",
        options: { samples: 5004, sampleBytes: { kind: "fixed", value: 114_660 }, samplesPerShard: 1251 },
      });
      const other = resolve("--preset", "resnet50-h100", "--data-root", folder, "--sample-size-kb", "4");
      const values = withPreset(other);
      expect(() => checkPresetToMake(values, dataSourceOf(other, {}, values))).toThrow(
        `those to be made in ${folder} have 4.10 kB in the mean`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each<[string, RegExp]>([
    ["--find-accelerators", /needs a --preset/],
    ["--find-accelerators --preset cosmoflow-a100 --gbs 4", /is the preset's/],
    ["--find-accelerators --preset cosmoflow-a100 --cache cold", /does not stay cold/],
  ])("%s is refused", (line, message) => {
    expect(() => withPreset(resolve(...line.split(" ")))).toThrow(message);
  });
});

test.each([
  "--sample-size-kb 0",
  "--compute-ms 1e12",
  "--compute-ms uniform:0,1e12",
  "--read-buffer-kb 999999999",
])("%s is a slip, and refused", (line) => {
  expect(() => resolve("--run-name", "a", ...line.split(" "))).toThrow(line.split(" ", 1)[0]!);
});
