import { expect, test } from "bun:test";
import { noOddities } from "./dataset/dataset.ts";
import { warningsOf } from "./warnings.ts";

type Figures = Parameters<typeof warningsOf>[0];
const figures = {
  run: { engine: "pread", direct: true, startedAt: "2026-11-23T05:55:12.345Z" },
  steps: { done: 100 },
  loader: {
    workers: 4,
    prefetchDepth: 2,
    verify: false,
    readersAtWork: { mean: 3, max: 4 },
    queueDepth: null,
  },
  dataset: { samples: 1000, bytes: 1e12, hostMemoryBytes: 100e9, freeBytes: 1e12, oddities: noOddities },
  reads: { processRatio: 1 },
  cache: { asked: "asis" },
  accelerators: null,
  validity: { verdict: "fit", reasons: [] },
  lostRanks: [],
  ranks: null,
  gpu: null,
  price: null,
} as unknown as Figures;
const of = (more: Record<string, unknown>) =>
  warningsOf({
    ...figures,
    ...Object.fromEntries(
      Object.entries(more).map(([key, value]) => [
        key,
        Array.isArray(value) ? value : { ...(figures[key as keyof Figures] as object), ...(value as object) },
      ]),
    ),
  } as Figures);
const codes = (more: Record<string, unknown>) => of(more).map(({ code }) => code);
const accelerators = { leastAu: 0.9, found: 4, trials: [], runs: [] };

test("nothing is said of a run that is as it should be", () => {
  expect(of({})).toEqual([]);
});

test("less data than five times the memory is, with how many samples to ask for", () => {
  const [warning] = of({ dataset: { bytes: 10e9 } });
  expect(warning).toMatchObject({
    code: "SMALL_DATA",
    hint: expect.stringContaining("--sample-count 50000 (500 GB) "),
  });
  expect(of({ dataset: { bytes: 10e9, freeBytes: 80e9 } })[0]!.hint).toEndWith(
    "for their disks' speed it would take 500 GB, and 80.0 GB are free there: a larger disk, or a machine with less memory.",
  );
  // What memory gave has no disk behind it.
  expect(codes({ dataset: { bytes: 10e9 }, reads: { processRatio: 0 } })).toEqual(["NOT_FROM_STORAGE"]);
  // A run that asks nothing of the disk is not told so.
  expect(codes({ dataset: { bytes: 10e9 }, run: { direct: false } })).toEqual([]);
  expect(codes({ dataset: { bytes: 10e9 }, run: { direct: false }, accelerators })).toEqual(["SMALL_DATA"]);
});

test("a run that memory answered is told so, past the page cache too", () => {
  const run = { direct: false };
  expect(of({ run, reads: { processRatio: 0.4 } })[0]).toMatchObject({
    code: "PAGE_CACHE",
    message: "only 40.0 % of the bytes came from storage, the rest from the page cache",
  });
  expect(codes({ run, reads: { processRatio: 0 }, cache: { asked: "warm" } })).toEqual([]);
  // Blocks of which samples have only a part: with O_DIRECT the ratio is no less than 1 on a disk.
  expect(codes({ reads: { processRatio: 1.2 } })).toEqual([]);
  const [onTmpfs] = of({ reads: { processRatio: 0 }, cache: { asked: "warm" } });
  expect(onTmpfs).toMatchObject({
    code: "NOT_FROM_STORAGE",
    message: "0.0 % of the bytes came from storage, although --direct goes past the page cache",
    hint: expect.stringContaining("tmpfs"),
  });
});

test("of several machines each one's share of the data counts, and its own memory", () => {
  const on = (host: string, hostMemoryBytes: number | null = 100e9) => ({ host, hostMemoryBytes });
  const smallData = (more: Record<string, unknown>) => of(more).filter(({ code }) => code === "SMALL_DATA");
  const four = [on("a"), on("a"), on("b"), on("b")];
  // Half a terabyte each is five times the memory; of less it is not.
  expect(smallData({ ranks: four })).toEqual([]);
  expect(smallData({ ranks: four, dataset: { bytes: 0.8e12 } })).toEqual([
    {
      code: "SMALL_DATA",
      message:
        "a machine reads 400 GB of the samples in an epoch (a), and MLPerf Storage asks for 5 times its memory (100 GB)",
      hint: expect.stringContaining("--sample-count 1250 "),
    },
  ]);
  // The ranks are not dealt out evenly, or the memory is not; a lost rank has its share, too.
  expect(smallData({ ranks: [on("a"), on("a"), on("a"), on("b")] })[0]?.message).toContain("250 GB of");
  expect(smallData({ ranks: [on("a"), on("b", 200e9)] })[0]?.message).toContain("(b)");
  expect(smallData({ ranks: [on("a")], lostRanks: [1, 2] })[0]?.message).toContain("333 GB of");
  expect(smallData({ ranks: [on("a"), on("b", null)], dataset: { bytes: 1e9 } }).length).toBe(1);
  expect(smallData({ ranks: [on("a", null)], dataset: { bytes: 1e9 } })).toEqual([]);
});

test("readers that are always at work may be what a search found", () => {
  const loader = { readersAtWork: { mean: 3.9, max: 4 } };
  expect(codes({ loader })).toEqual([]);
  expect(of({ loader, accelerators })[0]).toMatchObject({
    code: "READERS_LIMIT",
    hint: expect.stringContaining("--num-workers 8"),
  });
});

test("empty files, files left out, keys that recur and lost ranks are named", () => {
  const oddities = {
    empty: { files: 4, first: "a.bin" },
    leftOut: { files: 2, first: "README.md" },
    repeatedKeys: { samples: 3, shard: "0.tar", key: "7" },
  };
  const messages = of({ dataset: { oddities }, lostRanks: [1] }).map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining("rank 1 was lost"),
    "4 files have no sample in them, such as a.bin",
    expect.stringContaining("2 files, such as README.md"),
    expect.stringContaining("3 samples more than there are keys, such as 7 in 0.tar"),
  ]);
});

test("readers without work are told of where the run was long enough to see them", () => {
  const loader = { readersAtWork: { mean: 1, max: 2 } };
  expect(codes({ loader })).toEqual(["IDLE_READERS"]);
  expect(codes({ loader, steps: { done: 5 } })).toEqual([]);
  expect(codes({ loader: { ...loader, prefetchDepth: 0 }, steps: { done: 5 } })).toEqual(["IDLE_READERS"]);
});

test("a queue of which nothing is known is not called shallow", () => {
  const queueDepth = (most: number) => codes({ loader: { queueDepth: { asked: 16, mean: null, most } } });
  expect([queueDepth(0), queueDepth(4), queueDepth(16)]).toEqual([[], ["QUEUE_DEPTH"], []]);
});
