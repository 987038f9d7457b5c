import { expect, test } from "bun:test";
import { fakeStorageRun } from "./run.fake.ts";
import type { SavedMetadata } from "./saved-files.ts";
import { differences, differencesText, settingsOf, shortDifference, shortTexts } from "./settings.ts";

const metadata = (plan: Record<string, unknown>) => fakeStorageRun({ plan }).metadata;
const python = (parameters: Record<string, unknown>): SavedMetadata => ({
  ...metadata({})!,
  tool: null,
  plan: null,
  parameters,
  summary: { data_root: "/mnt/nvme/shards" },
});

test("settings have their flags' names and values", () => {
  const settings = settingsOf(
    metadata({
      blockBytes: 1_048_576,
      computeMs: { kind: "normal", mean: 10, sd: 2 },
      order: { kind: "strided", stride: 16 },
      ranks: { rank: 0, ranks: 4, localRank: 0, redis: { host: "h", port: 1 } },
      retries: null,
    }),
  )!;
  const named = [
    "num-workers",
    "gbs",
    "mbs",
    "read-buffer-kb",
    "compute-ms",
    "access",
    "direct",
    "ranks",
    "retries",
  ];
  expect(named.map((name) => settings.get(name))).toEqual([
    "4",
    "64",
    "8",
    "1024",
    "normal:10,2",
    "strided:16",
    "on",
    "4",
    "none",
  ]);
});

test("the setting that differs is named, with all its values in order", () => {
  const runs = [4, 8, 8].map((workers) => metadata({ workers }));
  expect(differencesText(differences(runs))).toBe("num-workers 4 → 8 → 8");
  expect(differences([metadata({}), metadata({})])).toEqual([]);
});

test("a setting that one run does not name is none there", () => {
  expect(differencesText(differences([metadata({}), metadata({ toGpu: true })]))).toBe("to-gpu none → on");
});

test("a run of the Python tool is compared by what both name", () => {
  const old = python({ gbs: 64, mbs: 8, num_workers: 4, compute_ms: 10, data_root: "../shards" });
  expect(differencesText(differences([old, metadata({ workers: 8 })]))).toBe("num-workers 4 → 8");
});

test("where settings are not known, nothing is said to differ", () => {
  expect(differences([null, metadata({})])).toEqual([]);
});

test("an address comes last, and is short where there is little room", () => {
  const long = `s3://bucket/${"x".repeat(60)}/b`;
  const all = differences([metadata({ seed: 1 }), metadata({ seed: 2, dataRoot: long })]);
  expect(all.map(({ name }) => name)).toEqual(["seed", "data-root"]);
  expect(shortDifference(all[1]!, 1)).toMatch(/^data-root s3:\/\/bucket\/xx…x+\/b$/);
  expect(shortTexts(["a", "b", "c"], 2, (text) => text)).toEqual(["a", "b", "and 1 more"]);
});
