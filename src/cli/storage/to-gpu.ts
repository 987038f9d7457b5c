import type { GpuTarget } from "../../benchmarks/storage/to-gpu/copier-setup.ts";
import { findTarget } from "../../benchmarks/storage/to-gpu/find-target.ts";
import { usageError } from "../../core/errors.ts";
import type { RankEnvironment } from "../../ranks/environment.ts";
import type { StorageValues } from "./config.ts";

/** @throws ToolError USAGE for what cannot be had together */
export function checkToGpu({ toGpu, findAccelerators }: StorageValues): void {
  if (toGpu && findAccelerators) {
    throw usageError(
      "--find-accelerators counts how many accelerators the data comes fast enough for, and --to-gpu has one",
      "Find the number first, then run with --to-gpu, a rank for each GPU.",
    );
  }
}

/** The GPU to copy to; null where none was asked for. @throws ToolError CUDA, exit 4, where CUDA cannot be used */
export function targetOf(values: StorageValues, { localRank }: RankEnvironment): GpuTarget | null {
  return values.toGpu ? findTarget({ gpu: values.gpu, localRank }, process.env) : null;
}

/** The values for the GPU monitor: --gpu alone may be about --to-gpu. */
export function monitorValues(values: StorageValues): StorageValues {
  const isMonitored = values.gpuMonitor !== undefined && values.gpuMonitor !== "off";
  return values.toGpu && !isMonitored ? { ...values, gpu: undefined } : values;
}
