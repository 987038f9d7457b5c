import { sum } from "../../../analysis/sum.ts";
import type { Measurements } from "../measurements.ts";
import type { GpuSetup, GpuTarget } from "./copier-setup.ts";

/** What copying to GPUs came to, over the counted steps; times of single copies are in `metrics`. */
export interface ToGpuFigures {
  /** One for each rank. */
  devices: { rank: number; name: string; pciBusId: string }[];
  cudaVersion: string;
  /** Of several ranks: bytes of all, the longest times. */
  setup: GpuSetup;
  /** Whether every microbatch was read back and compared. */
  verified: boolean;
  bytes: number;
  /** Over the time that the devices took for them, by their own clocks; null where nothing was copied. */
  bytesPerS: number | null;
  /** That time over the microbatches' loading times, which hold it. */
  loadShare: number | null;
}

/** @returns null where nothing is copied anywhere */
export function toGpuFigures(
  measured: Measurements,
  { target, setup, rank, verified }: CopyContext,
): ToGpuFigures | null {
  if (target === undefined || setup === null) return null;
  const { name, pciBusId, cudaVersion } = target;
  const devices = [{ rank, name, pciBusId }];
  return { devices, cudaVersion, setup, verified, ...rates(measured) };
}

export interface CopyContext {
  target: GpuTarget | undefined;
  setup: GpuSetup | null;
  rank: number;
  verified: boolean;
}

/** Those of all ranks as one. @param measured of all ranks */
export function mergedToGpu(
  figures: readonly (ToGpuFigures | null)[],
  measured: Measurements,
): ToGpuFigures | null {
  const known = figures.filter((one) => one !== null);
  const [first] = known;
  if (first === undefined) return null;
  const total = (of: (setup: GpuSetup) => number) => sum(known.map(({ setup }) => of(setup)));
  const longest = (of: (setup: GpuSetup) => number) => Math.max(...known.map(({ setup }) => of(setup)));
  return {
    devices: known.flatMap(({ devices }) => devices),
    cudaVersion: first.cudaVersion,
    setup: {
      contextMs: longest(({ contextMs }) => contextMs),
      pinnedBytes: total(({ pinnedBytes }) => pinnedBytes),
      pinMs: longest(({ pinMs }) => pinMs),
      deviceBytes: total(({ deviceBytes }) => deviceBytes),
      allocateMs: longest(({ allocateMs }) => allocateMs),
    },
    verified: known.every(({ verified }) => verified),
    ...rates(measured),
  };
}

function rates({
  bytes,
  microbatchCopyMs,
  microbatchLoadMs,
}: Measurements): Pick<ToGpuFigures, "bytes" | "bytesPerS" | "loadShare"> {
  const copyMs = sum(microbatchCopyMs.toArray());
  if (copyMs === 0) return { bytes, bytesPerS: null, loadShare: null };
  return { bytes, bytesPerS: bytes / (copyMs / 1000), loadShare: copyMs / sum(microbatchLoadMs.toArray()) };
}
