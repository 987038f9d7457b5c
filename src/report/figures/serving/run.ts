import type { SavedSummary } from "../../saved-summary.ts";
import type { CollectedRun } from "./collect.ts";
import type { GpuReading } from "./gpu-series.ts";
import type { SavedMetadata } from "./saved-files.ts";

/** All that is known of a run when its figures are drawn. */
export interface ServingRun {
  /** Its name in keys and tables. */
  name: string;
  collected: CollectedRun;
  metadata: SavedMetadata | null;
  /** null: the run did not come to its end. */
  summary: SavedSummary | null;
  /** null: not recorded. */
  gpuReadings: readonly GpuReading[] | null;
}
