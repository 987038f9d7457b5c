import { basename, join, resolve } from "node:path";
import type { CollectedRun } from "./collect.ts";
import { readGpuReadings } from "./gpu-series.ts";
import type { ServingRun } from "./run.ts";
import { readMetadata, readSummary } from "./saved-files.ts";

/** The GPU monitor's table beside a run. */
const GPU_FILE = "gpu_memory.csv";

/** A run as its directory has it, with its records collected already. @throws ToolError USAGE for a file that is not what a run writes */
export function savedRun(directory: string, collected: CollectedRun): ServingRun {
  const metadata = readMetadata(directory);
  const summary = readSummary(directory);
  const name = metadata?.runName ?? basename(resolve(directory));
  return { name, collected, metadata, summary, gpuReadings: readGpuReadings(join(directory, GPU_FILE)) };
}
