import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { RunCollector } from "../../figures/serving/collect.ts";
import type { ServingRun } from "../../figures/serving/run.ts";
import { savedFiles, savedRun } from "../../figures/serving/saved-run.ts";
import { windowsOfRecords } from "../../record-windows.ts";
import type { SavedSummary, SavedWindow } from "../../saved-summary.ts";
import { askedVerdict } from "../../saved-verdict.ts";
import { RequestRows } from "../requests/collect.ts";

/** What a run is compared by. */
export interface ComparedRun {
  run: ServingRun;
  /** null: the run did not come to its end, or is another tool's. */
  summary: SavedSummary | null;
  /** The other tool whose result it is, what to know of it, in sentences, and what it calls our metrics' nearest; null: a run of ours. */
  measuredBy: { tool: string; notes: readonly string[]; names: Readonly<Record<string, string>> } | null;
  /** Service level and gates; null: another tool's. Like the windows of the summary; of a killed run by its metadata and records. */
  judged: Pick<SavedSummary, "slos" | "gates"> | null;
  whole: SavedWindow | null;
  steady: SavedWindow | null;
}

/** A run as a page shows it. */
export interface PageRun extends ComparedRun {
  load: SavedSummary["load"] | null;
  /** All of summary.json and of metadata.yaml, as they are; null where there is none. */
  summaryContent: unknown;
  metadataContent: unknown;
  /** For the table of requests; null: there was none. */
  rows: RequestRows | null;
}

/** A run of ours. @param feed hands over each record, in any order; asked of a killed run alone, to find what its windows hold */
export function comparedRun(run: ServingRun, feed: Feed): ComparedRun {
  const { summary } = run;
  if (summary !== null) {
    const { whole, steady } = summary;
    return { run, summary, measuredBy: null, judged: summary, whole, steady };
  }
  const asked = askedVerdict(run.metadata);
  const { whole, steady, gates } = windowsOfRecords(run.collected.spans, feed, asked);
  const slos = asked.slos && { ...asked.slos, slos: [...asked.slos.slos] };
  return { run, summary, measuredBy: null, judged: { slos, gates }, whole, steady };
}

type Feed = (take: (record: RequestRecord) => void) => void;

/**
 * Makes a page's run from a run's directory and its records.
 * @param feed hands over each record, in any order; of a killed run twice, first to find its windows
 * @throws ToolError USAGE for a file that is not what a run writes
 */
export function pageRun(directory: string, feed: Feed): PageRun {
  const files = savedFiles(directory);
  const collector = new RunCollector();
  const rows = new RequestRows();
  feed((record) => {
    collector.add(record);
    rows.add(record);
  });
  const run = savedRun(directory, collector.finish(), files);
  return {
    ...comparedRun(run, feed),
    load: run.summary?.load ?? null,
    summaryContent: files.summary?.content ?? null,
    metadataContent: files.metadata?.content ?? null,
    rows: rows.length > 0 ? rows : null,
  };
}
