import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServingSummary } from "../../benchmarks/serving/summary-shape.ts";
import type { StorageSummary } from "../../benchmarks/storage/summary-shape.ts";
import { version } from "../../core/version.ts";
import { runFacts } from "../../report/figures/serving/facts.ts";
import { runFacts as storageFacts } from "../../report/figures/storage/facts.ts";
import type { PageRun } from "../../report/html/serving/page-run.ts";
import type { StoragePageRun } from "../../report/html/storage/page-run.ts";
import { type StorageStatus, storageSummaryText } from "../../report/storage-text.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import { summaryText, tableOf } from "../serving/outcome.ts";

/**
 * summary.txt made again from summary.json.
 * @returns null where there is none (a killed run), or one of another version, whose text would be another's
 */
export function rebuiltSummaryText(
  directory: string,
  { summary, summaryContent, run }: PageRun,
): string | null {
  if (summary === null || summary.run.version !== version) return null;
  // Of this very version, so of this shape.
  const content = summaryContent as ServingSummary;
  const heading = headingIn(join(directory, SUMMARY_TEXT));
  const facts = runFacts(run.name, run.metadata).map(({ name, value }) => `${name}: ${value}`);
  return summaryText(tableOf({ summary: content }, heading ?? facts), { summary: content });
}

/** The same of a storage run. */
export function rebuiltStorageText(directory: string, page: StoragePageRun): string | null {
  const { summary, summaryContent, run } = page;
  if (summary === null || summary.run.version !== version) return null;
  const content = summaryContent as StorageSummary;
  const heading = headingIn(join(directory, SUMMARY_TEXT));
  const facts = storageFacts(page).map(({ name, value }) => `${name}: ${value}`);
  const status = statuses.find((known) => known === run.metadata?.status) ?? "complete";
  return storageSummaryText(content, heading ?? facts, status);
}

const statuses: readonly StorageStatus[] = ["complete", "interrupted", "failed"];

/** The lines that say what was run, which are of the plan; null where there are none. */
function headingIn(path: string): string[] | null {
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, "utf8").split("\n");
  const end = lines.indexOf("");
  return end > 0 ? lines.slice(0, end) : null;
}
