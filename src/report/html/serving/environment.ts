import { runFacts } from "../../figures/serving/facts.ts";
import { type Html, html } from "../html.ts";
import type { PageRun } from "./page-run.ts";
import { treeTable } from "./tree.ts";

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

/** Where, with what and how it was measured. The host's own name is left out: pages are shown around. */
export function environmentHtml({ run, metadataContent, summaryContent }: PageRun): Html {
  const {
    environment = null,
    plan = null,
    command = null,
    ...rest
  } = (metadataContent ?? {}) as Record<string, unknown>;
  const facts = runFacts(run.name, run.metadata);
  const { host, ...machine } = (environment ?? {}) as Record<string, unknown>;
  const { name: _, ...system } = (host ?? {}) as Record<string, unknown>;
  return html`<div class="facts">${treeTable(Object.fromEntries(facts.map(({ name, value }) => [name, value])), "In short")}
${typeof command === "string" ? html`<table><caption>Command</caption><tbody><tr><td><code>${command}</code></td></tr></tbody></table>` : null}
${treeTable({ host: system, ...machine }, "Environment")}<div>${treeTable(plan, "Plan")}${treeTable(rest, "Run")}</div></div>
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
  const tables = [...ofWindows, ...others].map(([key, value]) =>
    value === null ? null : treeTable(typeof value === "object" ? value : { [key]: value }, key),
  );
  return html`<details><summary>All other figures of summary.json: client, tokens, load, GPUs, energy, cost</summary><div class="all-figures">${tables}</div></details>`;
}
