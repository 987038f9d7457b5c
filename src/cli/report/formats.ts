import { assertNever, usageError } from "../../core/errors.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { readMetadata } from "../../report/figures/serving/saved-files.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { summariesCsv } from "../../report/formats/csv.ts";
import { summariesJunit } from "../../report/formats/junit.ts";
import { killedSummary } from "../../report/formats/killed-summary.ts";
import { summariesMarkdown } from "../../report/formats/markdown.ts";
import { isForeign, type Printed } from "../../report/formats/printed.ts";
import { readSummaryFile, type SummaryFile } from "../../report/formats/saved-summary.ts";
import { windowsOfRecords } from "../../report/record-windows.ts";
import { askedVerdict } from "../../report/saved-verdict.ts";
import { atPrice, windowsAtPrice } from "../../report/window-price.ts";
import { strictJson } from "../../results/strict-json.ts";
import { isResultFile } from "./operand.ts";
import { withOwnNames } from "./own-names.ts";
import { feedRecords } from "./runs.ts";

export const formats = ["md", "csv", "json", "junit"] as const;

/**
 * The summaries of runs, of killed ones what their records say, and other tools' results as one text.
 * @param usdPerHour null: runs have the cost that they were given a price for
 * @throws ToolError USAGE naming the first that cannot be read: none is left out in silence
 */
export function formatted(
  format: (typeof formats)[number],
  paths: readonly string[],
  usdPerHour: number | null,
): string {
  const results = paths.map((path) => resultAt(path, usdPerHour));
  const printed = withOwnTitles(
    paths,
    results.map((result) => result.printed),
  );
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

/** Runs of one name, as levels of several profiles have it, are told apart by their directories. */
function withOwnTitles(paths: readonly string[], printed: readonly Printed[]): Printed[] {
  const named = printed.map((one) => ({ name: isForeign(one) ? one.name : one.run.runName, one }));
  return withOwnNames(paths, named).map(({ name, one }) =>
    isForeign(one) ? { ...one, name } : { ...one, run: { ...one.run, runName: name } },
  );
}

function resultAt(path: string, usdPerHour: number | null): { content: unknown; printed: Printed } {
  if (isResultFile(path)) {
    const result = readForeignFile(path);
    const { records: _, ...content } = result;
    return { content, printed: usdPerHour === null ? result : atPrice(result, usdPerHour) };
  }
  const { content, summary } = readSummaryFile(path) ?? killedAt(path);
  return { content, printed: usdPerHour === null ? summary : windowsAtPrice(summary, usdPerHour) };
}

/** @throws ToolError USAGE where it left no record of a request */
function killedAt(directory: string): SummaryFile {
  const collector = new RunCollector();
  feedRecords(directory, (record) => collector.add(record));
  const { spans } = collector.finish();
  if (spans.length === 0)
    throw usageError(
      `${directory} has neither summary.json nor a record of a request: there is nothing to print`,
    );
  const metadata = readMetadata(directory);
  const asked = askedVerdict(metadata);
  const windows = windowsOfRecords(spans, (take) => feedRecords(directory, take), asked);
  return killedSummary(directory, metadata, windows);
}
