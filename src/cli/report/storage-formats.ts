import { assertNever } from "../../core/errors.ts";
import { storageCsv } from "../../report/formats/storage/csv.ts";
import { storageJunit } from "../../report/formats/storage/junit.ts";
import { storageMarkdown } from "../../report/formats/storage/markdown.ts";
import { readStorageSummary } from "../../report/formats/storage/saved-summary.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { formats } from "./formats.ts";

/** The summaries of finished storage runs as one text. @throws ToolError USAGE where a directory has none */
export function formattedStorage(format: (typeof formats)[number], directories: readonly string[]): string {
  const files = directories.map(readStorageSummary);
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
