import { type Child, html } from "../html.ts";
import type { Section } from "../page.ts";
import { requestTable } from "../requests/collect.ts";
import type { RequestTableData } from "../requests/columns.ts";
import type { PageRun } from "./page-run.ts";

/** The table of some runs' requests: its place, and its rows, which the page's own program unpacks. @returns null where there are none */
export function requestsOf(pages: readonly PageRun[]): { section: Section; data: RequestTableData } | null {
  const runs = pages.flatMap(({ run, rows }) => (rows === null ? [] : [{ name: run.name, rows }]));
  if (runs.length === 0) return null;
  const { data, sentence } = requestTable(runs, pages[0]!.run.metadata?.plan?.seed ?? 0);
  const missing = pages.filter(({ rows }) => rows === null).map(({ run }) => run.name);
  const without = missing.length === 0 ? "" : ` Not in it: those of ${missing.join(", ")}.`;
  return { section: sectionOf(`${sentence}${without}`, runs.length > 1), data };
}

function sectionOf(sentence: string, isOfSeveral: boolean): Section {
  const filter = (column: string, label: string): Child =>
    html`<label>${label}<select data-column="${column}"><option value="">any</option></select></label>`;
  return {
    id: "requests",
    title: "Requests",
    body: html`<p class="muted">${sentence}</p>
<p class="muted print-only">On paper: the first rows, as sorted and filtered.</p>
<div class="controls" hidden>${isOfSeveral ? filter("run", "Run") : null}${filter("outcome", "Outcome")}${filter("phase", "Failed in")}<label>Text or number<input type="search" autocomplete="off" spellcheck="false"></label><span class="count muted" role="status"></span></div>
<div class="rows" tabindex="0" role="region" aria-label="Table of requests"><table><thead><tr><td></td></tr></thead><tbody></tbody></table></div>
<noscript><p class="muted">The table is unpacked by the page's own program, which this browser does not run: metrics.csv has a row for each request.</p></noscript>`,
  };
}
