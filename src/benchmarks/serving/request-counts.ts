import { isCensored, type RequestRecord } from "./record.ts";
import type { RequestCounts } from "./summary-shape.ts";

export function noRequests(): RequestCounts {
  return { total: 0, succeeded: 0, failed: 0, censored: 0, byClass: {} };
}

/** Counts one more. */
export function countRequest(counts: RequestCounts, r: RequestRecord): void {
  counts.total++;
  if (r.failure === null) {
    counts.succeeded++;
    return;
  }
  counts.failed++;
  if (isCensored(r)) counts.censored++;
  counts.byClass[r.failure.class] = (counts.byClass[r.failure.class] ?? 0) + 1;
}

/** What became of these requests. */
export function countRequests(records: readonly RequestRecord[]): RequestCounts {
  const counts = noRequests();
  for (const record of records) countRequest(counts, record);
  return counts;
}
