import type { ForeignResult } from "../foreign/result.ts";
import type { PrintedSummary } from "./saved-summary.ts";

/** What is printed: a run of ours, or another tool's result. */
export type Printed = PrintedSummary | ForeignResult;

export function isForeign(printed: Printed): printed is ForeignResult {
  return "measuredBy" in printed;
}
