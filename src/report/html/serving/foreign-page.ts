import { foreignRun } from "../../figures/serving/foreign-run.ts";
import type { ForeignResult } from "../../foreign/result.ts";
import type { PageRun } from "./page-run.ts";

/** Another tool's result as a page shows it: under the metrics that come nearest to ours, without intervals. */
export function foreignPageRun(result: ForeignResult): PageRun {
  const run = foreignRun(result);
  return {
    run,
    summary: null,
    load: run.summary!.load,
    measuredBy: { tool: result.measuredBy, notes: result.notes },
    whole: run.summary!.whole,
    steady: null,
    summaryContent: null,
    metadataContent: null,
    rows: null,
  };
}
