import { assertNever, usageError } from "../../core/errors.ts";
import { loadingOf } from "../../report/figures/storage/loading.ts";
import { savedStorageRun } from "../../report/figures/storage/saved-run.ts";
import { storageCsv } from "../../report/formats/storage/csv.ts";
import { summaryOfRows } from "../../report/formats/storage/from-rows.ts";
import { storageJunit } from "../../report/formats/storage/junit.ts";
import { storageMarkdown } from "../../report/formats/storage/markdown.ts";
import { readStorageSummary, type StorageSummaryFile } from "../../report/formats/storage/saved-summary.ts";
import { strictJson } from "../../results/strict-json.ts";
import { notes } from "../ui/notes.ts";
import type { formats } from "./formats.ts";
import { sayCutOff } from "./record-files.ts";

/** The summaries of storage runs as one text; of a killed run what its rows say. @throws ToolError USAGE where a directory has neither */
export function formattedStorage(format: (typeof formats)[number], directories: readonly string[]): string {
  const files = directories.map(summaryIn);
  const summaries = files.map(({ summary }) => summary);
  switch (format) {
    case "md":
      return storageMarkdown(summaries);
    case "csv":
      return storageCsv(summaries);
    case "json":
      return strictJson(files.length === 1 ? files[0]!.content : files.map(({ content }) => content));
    case "junit":
      return storageJunit(summaries);
    default:
      return assertNever(format);
  }
}

function summaryIn(directory: string): { content: unknown; summary: StorageSummaryFile } {
  const saved = readStorageSummary(directory);
  if (saved !== null) return saved;
  const run = savedStorageRun(directory);
  if (run.rows.writer === "python")
    throw usageError(
      `${directory} is of the Python tool, whose summary is in its metadata.yaml`,
      "Without --format, report draws what its rows say.",
    );
  for (const path of run.rows.cutOff) sayCutOff(path);
  notes.warn(`${directory} has no summary.json: no run came to its end there; shown is what its rows say`);
  const summary = summaryOfRows({ run, loading: loadingOf(run) });
  return { content: summary, summary };
}
