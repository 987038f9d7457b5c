import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { usageError } from "../../../core/errors.ts";
import { readGpuReadings } from "../serving/gpu-series.ts";
import type { StorageRun } from "./run.ts";
import { readMetadata, readSummary } from "./saved-files.ts";
import { readRows } from "./saved-rows.ts";

/** The GPU monitor's table beside a run. */
const GPU_FILE = "gpu_memory.csv";

/** A storage run as its directory has it. @throws ToolError USAGE for a file that is not what a run writes */
export function savedStorageRun(directory: string): StorageRun {
  const metadata = readMetadata(directory);
  if (metadata?.tool === "inferbench" && !existsSync(join(directory, "steps")))
    throw usageError(
      `${directory} has no steps/<rank>.csv`,
      "The times are in there; per_step_data_loading_time alone has no compute and no instants.",
    );
  return {
    name: metadata?.runName ?? metadata?.run_name ?? basename(resolve(directory)),
    rows: readRows(directory),
    metadata,
    summary: readSummary(directory),
    gpuReadings: readGpuReadings(join(directory, GPU_FILE)),
  };
}
