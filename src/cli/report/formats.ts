import { assertNever } from "../../core/errors.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { summariesCsv } from "../../report/formats/csv.ts";
import { summariesJunit } from "../../report/formats/junit.ts";
import { summariesMarkdown } from "../../report/formats/markdown.ts";
import type { Printed } from "../../report/formats/printed.ts";
import { readSummaryFile } from "../../report/formats/saved-summary.ts";
import { atPrice, windowsAtPrice } from "../../report/window-price.ts";
import { strictJson } from "../../results/strict-json.ts";
import { isResultFile } from "./operand.ts";

export const formats = ["md", "csv", "json", "junit"] as const;

/**
 * The summaries of finished runs and other tools' results as one text.
 * @param usdPerHour null: runs have the cost that they were given a price for
 * @throws ToolError USAGE naming the first that cannot be read: none is left out in silence
 */
export function formatted(
  format: (typeof formats)[number],
  paths: readonly string[],
  usdPerHour: number | null,
): string {
  const results = paths.map((path) => resultAt(path, usdPerHour));
  const printed = results.map((result) => result.printed);
  switch (format) {
    case "md":
      return summariesMarkdown(printed);
    case "csv":
      return summariesCsv(printed);
    case "json":
      return strictJson(results.length === 1 ? results[0]!.content : results.map(({ content }) => content));
    case "junit":
      return summariesJunit(printed);
    default:
      return assertNever(format);
  }
}

function resultAt(path: string, usdPerHour: number | null): { content: unknown; printed: Printed } {
  if (isResultFile(path)) {
    const result = readForeignFile(path);
    const { records: _, ...content } = result;
    return { content, printed: usdPerHour === null ? result : atPrice(result, usdPerHour) };
  }
  const { content, summary } = readSummaryFile(path);
  return { content, printed: usdPerHour === null ? summary : windowsAtPrice(summary, usdPerHour) };
}
