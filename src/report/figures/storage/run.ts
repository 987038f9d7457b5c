import type { GpuReading } from "../serving/gpu-series.ts";
import type { SavedRows } from "./rank-rows.ts";
import type { SavedMetadata, SavedSummary } from "./saved-files.ts";

/** All that is known of a storage run when its figures are drawn. */
export interface StorageRun {
  /** Its name in keys and tables. */
  name: string;
  rows: SavedRows;
  metadata: SavedMetadata | null;
  /** null: the run did not come to its end. */
  summary: SavedSummary | null;
  /** null: not recorded. */
  gpuReadings: readonly GpuReading[] | null;
}
