import { runFacts } from "../../figures/serving/facts.ts";
import { environmentTables, otherFiguresHtml } from "../environment.ts";
import { type Html, html } from "../html.ts";
import type { PageRun } from "./page-run.ts";

/** Keys of summary.json that the page shows elsewhere, or that are of no use to a reader. */
const SHOWN_ELSEWHERE = new Set([
  "schemaVersion",
  "benchmark",
  "run",
  "validity",
  "gates",
  "until",
  "whole",
  "steady",
  "warnings",
  "slos",
]);

/** Where, with what and how a run was measured, and what else its summary has. */
export function environmentHtml({ run, metadataContent, summaryContent }: PageRun): Html {
  return html`${environmentTables(runFacts(run.name, run.metadata), metadataContent)}
${otherFigures(summaryContent)}`;
}

/** What else summary.json has: the client, tokens, load, GPUs, energy, cost. */
function otherFigures(content: unknown): Html | null {
  if (content === null || typeof content !== "object") return null;
  const { whole, steady } = content as Record<string, Record<string, unknown> | null>;
  const others = Object.entries(content).filter(([key]) => !SHOWN_ELSEWHERE.has(key));
  const ofWindows = Object.entries({ steady, whole }).flatMap(([name, window]) =>
    (["energy", "cost"] as const).flatMap((key) =>
      window?.[key] ? [[`${name} ${key}`, window[key]] as const] : [],
    ),
  );
  return otherFiguresHtml("All other figures of summary.json: client, tokens, load, GPUs, energy, cost", [
    ...ofWindows,
    ...others,
  ]);
}
