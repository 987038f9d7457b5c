import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { RunCollector } from "../../figures/serving/collect.ts";
import type { ServingRun } from "../../figures/serving/run.ts";
import { savedFiles, savedRun } from "../../figures/serving/saved-run.ts";
import { windowsOfRecords } from "../../record-windows.ts";
import type { SavedSummary, SavedWindow } from "../../saved-summary.ts";
import { RequestRows } from "../requests/collect.ts";

/** A run as a page shows it. */
export interface PageRun {
  run: ServingRun;
  /** null: the run did not come to its end, or is another tool's. */
  summary: SavedSummary | null;
  load: SavedSummary["load"] | null;
  /** The other tool whose result it is, what to know of it, in sentences, and what it calls our metrics' nearest; null: a run of ours. */
  measuredBy: { tool: string; notes: readonly string[]; names: Readonly<Record<string, string>> } | null;
  /** Of the summary; of a killed run computed from its records. */
  whole: SavedWindow | null;
  steady: SavedWindow | null;
  /** All of summary.json and of metadata.yaml, as they are; null where there is none. */
  summaryContent: unknown;
  metadataContent: unknown;
  /** For the table of requests; null: there was none. */
  rows: RequestRows | null;
}

/**
 * Makes a page's run from a run's directory and its records.
 * @param feed hands over each record, in any order; of a killed run twice, first to find its windows
 * @throws ToolError USAGE for a file that is not what a run writes
 */
export function pageRun(directory: string, feed: (take: (record: RequestRecord) => void) => void): PageRun {
  const files = savedFiles(directory);
  const saved = files.summary;
  const collector = new RunCollector();
  const rows = new RequestRows();
  feed((record) => {
    collector.add(record);
    rows.add(record);
  });
  const run = savedRun(directory, collector.finish(), files);
  const windows = saved === null ? windowsOfRecords(run.collected.spans, feed) : saved.parsed;
  return {
    run,
    summary: saved?.parsed ?? null,
    load: saved?.parsed.load ?? null,
    whole: windows.whole,
    steady: windows.steady,
    summaryContent: saved?.content ?? null,
    metadataContent: files.metadata?.content ?? null,
    measuredBy: null,
    rows: rows.length > 0 ? rows : null,
  };
}
