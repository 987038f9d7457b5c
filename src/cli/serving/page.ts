import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { pageRun } from "../../report/html/serving/page-run.ts";
import { runPage } from "../../report/html/serving/run-page.ts";

/** report.html of a run whose other files are written. */
export function servingPage(records: readonly RequestRecord[], directory: string): string {
  const feed = (take: (record: RequestRecord) => void) => {
    for (const record of records) take(record);
  };
  return runPage(pageRun(directory, feed));
}
