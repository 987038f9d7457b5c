import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { METADATA_FILE } from "../../../results/metadata.ts";
import type { LoadedRun } from "../../figures/storage/facts.ts";
import { loadingOf } from "../../figures/storage/loading.ts";
import type { StorageRun } from "../../figures/storage/run.ts";
import { savedStorageRun } from "../../figures/storage/saved-run.ts";
import { readSaved } from "../../saved-file.ts";
import { readStoragePageSummary, type StoragePageSummary } from "./page-summary.ts";

/** A storage run as a page shows it: what its rows say, and what only its summary knows. */
export interface StoragePageRun extends LoadedRun {
  /** null: the run did not come to its end, or is the Python tool's. */
  summary: StoragePageSummary | null;
  /** All of summary.json and of metadata.yaml, as they are; null where there is none. */
  summaryContent: unknown;
  metadataContent: unknown;
}

/** @throws ToolError USAGE for a file that is not what a run writes */
export function storagePageRun(
  directory: string,
  run: StorageRun = savedStorageRun(directory),
): StoragePageRun {
  const saved = run.summary === null ? null : readStoragePageSummary(directory);
  return {
    run,
    loading: loadingOf(run),
    summary: saved?.summary ?? null,
    summaryContent: saved?.content ?? null,
    metadataContent:
      readSaved(join(directory, METADATA_FILE), parse, v.object({}), "a storage run writes")?.content ?? null,
  };
}
