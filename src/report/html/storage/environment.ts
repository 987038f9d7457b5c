import { runFacts } from "../../figures/storage/facts.ts";
import { environmentTables, otherFiguresHtml } from "../environment.ts";
import { type Html, html } from "../html.ts";
import type { StoragePageRun } from "./page-run.ts";

/** Keys of summary.json that the page shows elsewhere, or that are of no use to a reader. */
const SHOWN_ELSEWHERE = new Set([
  "schemaVersion",
  "run",
  "validity",
  "warnings",
  "metrics",
  "throughput",
  "ranks",
]);

/** Where, with what and how a run was measured, and what else its summary has. */
export function environmentHtml(page: StoragePageRun): Html {
  const others = Object.entries(page.summaryContent ?? {}).filter(([key]) => !SHOWN_ELSEWHERE.has(key));
  return html`${environmentTables(runFacts(page), page.metadataContent)}
${others.length === 0 ? null : otherFiguresHtml("All other figures of summary.json: loader, reads, cache, GPUs, energy, cost", others)}`;
}
