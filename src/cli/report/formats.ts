import { assertNever } from "../../core/errors.ts";
import { summariesCsv } from "../../report/formats/csv.ts";
import { summariesJunit } from "../../report/formats/junit.ts";
import { summariesMarkdown } from "../../report/formats/markdown.ts";
import { readSummaryFile } from "../../report/formats/saved-summary.ts";
import { strictJson } from "../../results/strict-json.ts";

export const formats = ["md", "csv", "json", "junit"] as const;

/** The summaries of finished runs as one text. @throws ToolError USAGE where a directory has none */
export function formatted(format: (typeof formats)[number], directories: readonly string[]): string {
  const files = directories.map(readSummaryFile);
  const summaries = files.map(({ summary }) => summary);
  switch (format) {
    case "md":
      return summariesMarkdown(summaries);
    case "csv":
      return summariesCsv(summaries);
    case "json":
      return strictJson(files.length === 1 ? files[0]!.content : files.map(({ content }) => content));
    case "junit":
      return summariesJunit(summaries);
    default:
      return assertNever(format);
  }
}
