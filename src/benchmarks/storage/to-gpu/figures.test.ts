import { expect, test } from "bun:test";
import { Measurements } from "../measurements.ts";
import type { MicrobatchRow } from "../pipeline/rows.ts";
import type { GpuSetup, GpuTarget } from "./copier-setup.ts";
import { mergedToGpu, toGpuFigures } from "./figures.ts";

const target: GpuTarget = {
  library: "/lib/libcuda.so.1",
  ordinal: 0,
  name: "NVIDIA H200",
  pciBusId: "0000:04:00.0",
  cudaVersion: "12.8",
};
const setup: GpuSetup = { contextMs: 300, pinnedBytes: 1000, pinMs: 20, deviceBytes: 2000, allocateMs: 1 };

/** Microbatches that were each read for 6 ms and copied from 10 to 14, for which the device took 2. */
function measured(steps: readonly number[]): Measurements {
  const made = new Measurements();
  const rows = steps.map(
    (step): MicrobatchRow => ({
      step,
      microbatch: 0,
      worker: 0,
      samples: 1,
      bytes: 8_000_000,
      requestedBytes: 8_000_000,
      readStartAt: 0,
      readEndAt: 6,
      firstByteMs: Number.NaN,
      copyStartAt: 10,
      copyEndAt: 14,
      copyMs: 2,
      askedAt: 0,
      gotAt: 14,
    }),
  );
  const stepRows = steps.map((step) => ({
    step,
    samples: 1,
    bytes: 8_000_000,
    askedAt: 0,
    loadedAt: 14,
    computeEndAt: 20,
    computeMs: 6,
  }));
  made.add(rows, stepRows);
  return made;
}

test("loading is reading and copying, without the waits around it; the warm-up does not count", () => {
  const of = measured([-1, 0, 1]);
  expect([...of.microbatchLoadMs.toArray()]).toEqual([8, 8]);
  expect([...of.microbatchCopyMs.toArray()]).toEqual([2, 2]);
  const figures = toGpuFigures(of, { target, setup, rank: 0, verified: false });
  expect(figures).toEqual({
    devices: [{ rank: 0, name: "NVIDIA H200", pciBusId: "0000:04:00.0" }],
    cudaVersion: "12.8",
    setup,
    verified: false,
    bytes: 16_000_000,
    bytesPerS: 4e9,
    loadShare: 0.25,
  });
});

test("without a GPU there are none; without a step no rates", () => {
  expect(
    toGpuFigures(measured([0]), { target: undefined, setup: null, rank: 0, verified: false }),
  ).toBeNull();
  expect(toGpuFigures(measured([-1]), { target, setup, rank: 0, verified: true })).toMatchObject({
    bytes: 0,
    bytesPerS: null,
    loadShare: null,
  });
});

test("those of several ranks: every device, bytes of all, the longest times", () => {
  const one = toGpuFigures(measured([0]), { target, setup, rank: 0, verified: true });
  const slow = { ...setup, contextMs: 900, pinMs: 5 };
  const two = toGpuFigures(measured([0, 1]), { target, setup: slow, rank: 1, verified: true });
  expect(mergedToGpu([one, two], measured([0, 0, 1]))).toMatchObject({
    devices: [{ rank: 0 }, { rank: 1 }],
    setup: { contextMs: 900, pinnedBytes: 2000, pinMs: 20, deviceBytes: 4000, allocateMs: 1 },
    bytes: 24_000_000,
    bytesPerS: 4e9,
  });
  expect(mergedToGpu([null, null], measured([0]))).toBeNull();
});
