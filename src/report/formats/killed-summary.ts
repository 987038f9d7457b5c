import { basename, resolve } from "node:path";
import type { SavedMetadata } from "../figures/serving/saved-files.ts";
import type { RecordWindows } from "../record-windows.ts";
import type { SummaryFile } from "./saved-summary.ts";

/** What is printed of a run that left records and no summary: who it is by its metadata.yaml, and what its records say of its windows. */
export function killedSummary(
  directory: string,
  metadata: SavedMetadata | null,
  { whole, steady, gates }: RecordWindows,
): SummaryFile {
  const { plan = null } = metadata ?? {};
  const run = {
    version: metadata?.version ?? "",
    runName: metadata?.runName ?? basename(resolve(directory)),
    startedAt: metadata?.startedAt ?? "",
    endpoint: plan?.endpoint ?? "",
    backend: plan?.backend ?? "",
    model: plan?.request?.model ?? "",
    seed: plan?.seed ?? null,
    interrupted: false,
  };
  return {
    content: { benchmark: "serving", complete: false, run, gates, whole, steady },
    summary: { run, validity: null, gates, models: null, whole, steady, warnings: [] },
  };
}
