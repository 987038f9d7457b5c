import { expect, test } from "bun:test";
import type { ToGpuFigures } from "../benchmarks/storage/to-gpu/figures.ts";
import { toGpuLines } from "./storage-to-gpu-text.ts";

const device = (rank: number) => ({ rank, name: "NVIDIA H100 80GB HBM3", pciBusId: "0000:04:00.0" });
const figures: ToGpuFigures = {
  devices: [device(0)],
  cudaVersion: "12.8",
  setup: { contextMs: 1234.4, pinnedBytes: 123.4e9, pinMs: 61_234, deviceBytes: 12.3e9, allocateMs: 123.4 },
  verified: true,
  bytes: 987.6e9,
  bytesPerS: 54.3e9,
  loadShare: 0.987,
};

test("copying to a GPU fits into 80 columns", () => {
  const lines = toGpuLines({ toGpu: figures });
  expect(lines).toEqual([
    "To GPU      NVIDIA H100 80GB HBM3 at 0000:04:00.0, CUDA 12.8",
    "            988 GB copied at 54.3 GB/s · 98.7 % of loading · read back",
    "GPU set-up  context 1,234 ms, outside of the times",
    "            pinning 123 GB: 61,234 ms · device memory 12.3 GB: 123 ms",
  ]);
  expect(lines.every((line) => Bun.stringWidth(line) <= 80)).toBe(true);
});

test("of several ranks their number, and nothing of what was not measured", () => {
  const nothing = { ...figures, bytes: 0, bytesPerS: null, loadShare: null, verified: false };
  const lines = toGpuLines({ toGpu: { ...nothing, devices: [device(0), device(1)] } });
  expect(lines.slice(0, 2)).toEqual(["To GPU      2 GPUs, CUDA 12.8", "            0 B copied"]);
  expect(toGpuLines({ toGpu: null })).toEqual([]);
});
