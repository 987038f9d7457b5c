import { isCensored, type RequestRecord } from "./record.ts";
import type { RequestCounts } from "./summary-shape.ts";

/** What became of these requests. */
export function countRequests(records: readonly RequestRecord[]): RequestCounts {
  const byClass: RequestCounts["byClass"] = {};
  let failed = 0;
  let censored = 0;
  for (const r of records) {
    if (r.failure === null) continue;
    failed++;
    if (isCensored(r)) censored++;
    byClass[r.failure.class] = (byClass[r.failure.class] ?? 0) + 1;
  }
  return { total: records.length, succeeded: records.length - failed, failed, censored, byClass };
}
