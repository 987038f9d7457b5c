import { basename, join, resolve } from "node:path";
import { type SavedContent, type SavedSummary, summaryIn } from "../../saved-summary.ts";
import type { CollectedRun } from "./collect.ts";
import { readGpuReadings } from "./gpu-series.ts";
import type { ServingRun } from "./run.ts";
import { metadataIn, type SavedMetadata } from "./saved-files.ts";

/** The GPU monitor's table beside a run. */
const GPU_FILE = "gpu_memory.csv";

/** A run's summary.json and metadata.yaml; null where there is none. */
export interface SavedFiles {
  summary: SavedContent<SavedSummary> | null;
  metadata: SavedContent<SavedMetadata> | null;
}

/** @throws ToolError USAGE for a file that is not what a run writes */
export function savedFiles(directory: string): SavedFiles {
  return { summary: summaryIn(directory), metadata: metadataIn(directory) };
}

/** A run as its directory has it, with its records collected already. @throws ToolError USAGE for a file that is not what a run writes */
export function savedRun(
  directory: string,
  collected: CollectedRun,
  files: SavedFiles = savedFiles(directory),
): ServingRun {
  const metadata = files.metadata?.parsed ?? null;
  const name = metadata?.runName ?? basename(resolve(directory));
  const gpuReadings = readGpuReadings(join(directory, GPU_FILE));
  return { name, collected, metadata, summary: files.summary?.parsed ?? null, gpuReadings };
}
