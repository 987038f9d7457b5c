import { expect, test } from "bun:test";
import type { SampleSource } from "../../benchmarks/storage/pipeline/messages.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import type { StorageSummary } from "../../benchmarks/storage/summary-shape.ts";
import { headingOf } from "./heading.ts";

const settings = {
  order: { kind: "strided", stride: 1000 },
  sharding: "interleaved",
  globalBatchSize: 400,
  microbatchSize: 50,
  computeMs: { kind: "lognormal", mean: 224.25, sd: 10.125 },
  seed: 9007199254740991,
} as StorageSettings;
const source = {
  kind: "local",
  dataset: { root: "/data" },
  engine: "io_uring",
  direct: true,
  blockBytes: 1 << 20,
  ioDepth: 4096,
} as SampleSource;
const done = (globalBatchSize: number) =>
  ({ steps: { globalBatchSize }, ranks: null }) as Pick<StorageSummary, "steps" | "ranks">;

test("the heading fits into 80 columns, and says what each step loaded", () => {
  const lines = headingOf(settings, source, done(2400));
  expect(lines.slice(1)).toEqual([
    "strided by 1000, interleaved · io_uring 4,096 deep, O_DIRECT",
    "reads of 1,024 KiB · seed 9007199254740991",
    "steps of 2,400 samples in microbatches of 50, 400 for each of 6 accelerators",
    "compute lognormal:224.25,10.125 ms",
  ]);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  const one = { ...settings, globalBatchSize: 1, microbatchSize: 1 };
  expect(headingOf(one, source, done(1))[3]).toStartWith("steps of 1 sample in microbatches of 1, ");
  expect(headingOf(settings, source, done(400))[3]).toBe(
    "steps of 400 samples in microbatches of 50, compute lognormal:224.25,10.125 ms",
  );
});
