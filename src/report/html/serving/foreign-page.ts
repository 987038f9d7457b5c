import { foreignRun } from "../../figures/serving/foreign-run.ts";
import type { ForeignResult } from "../../foreign/result.ts";
import type { PageRun } from "./page-run.ts";

/** Another tool's result as a page shows it: its metrics in the places of ours that come nearest, by its own names and without intervals. */
export function foreignPageRun(result: ForeignResult): PageRun {
  const run = foreignRun(result);
  return {
    run,
    summary: null,
    load: run.summary!.load,
    judged: null,
    measuredBy: { tool: result.measuredBy, notes: result.notes, names: namesOf(result) },
    whole: run.summary!.whole,
    steady: null,
    summaryContent: null,
    metadataContent: null,
    rows: null,
  };
}

function namesOf({ metrics }: ForeignResult): Record<string, string> {
  return Object.fromEntries(
    metrics.flatMap(({ name, nearest }) => (nearest === null ? [] : [[nearest, name] as const])),
  );
}
