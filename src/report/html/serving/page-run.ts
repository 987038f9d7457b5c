import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { METADATA_FILE } from "../../../results/metadata.ts";
import { RunCollector } from "../../figures/serving/collect.ts";
import type { ServingRun } from "../../figures/serving/run.ts";
import { savedRun } from "../../figures/serving/saved-run.ts";
import { readSaved } from "../../saved-file.ts";
import { RequestRows } from "../requests/collect.ts";
import type { RequestTableData } from "../requests/columns.ts";
import { type PageSummary, type PageWindow, readPageSummary } from "./page-summary.ts";
import { windowsOfRecords } from "./record-windows.ts";

/** A run as a page shows it. */
export interface PageRun {
  run: ServingRun;
  /** null: the run did not come to its end, or is another tool's. */
  summary: PageSummary | null;
  load: PageSummary["load"] | null;
  /** The other tool whose result it is, and what to know of it, in sentences; null: a run of ours. */
  measuredBy: { tool: string; notes: readonly string[] } | null;
  /** Of the summary; of a killed run computed from its records. */
  whole: PageWindow | null;
  steady: PageWindow | null;
  /** All of summary.json and of metadata.yaml, as they are; null where there is none. */
  summaryContent: unknown;
  metadataContent: unknown;
  /** null: not asked for, or there was none. */
  requests: { data: RequestTableData; sentence: string } | null;
}

export interface PageRunOptions {
  /** Whether the page has a table of this run's requests. */
  withRequests: boolean;
}

/**
 * Makes a page's run from a run's directory and its records.
 * @param feed hands over each record, in any order
 * @throws ToolError USAGE for a file that is not what a run writes
 */
export function pageRun(
  directory: string,
  feed: (take: (record: RequestRecord) => void) => void,
  { withRequests }: PageRunOptions,
): PageRun {
  const saved = readPageSummary(directory);
  const collector = new RunCollector();
  const rows = new RequestRows();
  const kept: RequestRecord[] = [];
  feed((record) => {
    collector.add(record);
    if (withRequests) rows.add(record);
    // A killed run is summarized here, which needs all of its records at once.
    if (saved === null) kept.push(record);
  });
  const run = savedRun(directory, collector.finish());
  const windows = saved === null ? windowsOfRecords(kept) : saved.summary;
  return {
    run,
    summary: saved?.summary ?? null,
    load: saved?.summary.load ?? null,
    whole: windows.whole,
    steady: windows.steady,
    summaryContent: saved?.content ?? null,
    metadataContent:
      readSaved(join(directory, METADATA_FILE), parse, v.object({}), "a serving run writes")?.content ?? null,
    measuredBy: null,
    requests:
      withRequests && run.collected.spans.length > 0 ? rows.finish(run.metadata?.plan?.seed ?? 0) : null,
  };
}
