import { expect, test } from "bun:test";
import type { AccessPlan } from "./access/schedule.ts";
import { datasetOf } from "./dataset/dataset.ts";
import { filesRead } from "./files-read.ts";

const files = ["a", "b", "empty", "d"].map((path, i) => ({ path, bytes: 1000 * (i + 1) }));
const placed = [0, 0, 1, 1, 3, 3].map((file) => ({ file, offset: 0, bytes: 100 }));
const dataset = datasetOf("/", "tar", files, placed, null);
const access: AccessPlan = {
  samples: 6,
  order: { kind: "sequential" },
  sharding: "interleaved",
  seed: 0,
  microbatchSize: 1,
  rank: 0,
  ranks: 1,
  workers: 2,
};

test("are those that hold a sample of the plan's, with their sizes", () => {
  expect(filesRead(dataset, access, 2).files).toEqual(["a"]);
  const both = filesRead(dataset, access, 3);
  expect([both.files, [...both.fileBytes]]).toEqual([
    ["a", "b"],
    [1000, 2000],
  ]);
  expect(filesRead(dataset, { ...access, sharding: "contiguous" }, 2).files).toEqual(["a", "b"]);
});

test("are all that have samples, however long the run is", () => {
  expect(filesRead(dataset, access, 2 ** 40).files).toEqual(["a", "b", "d"]);
});
