import { html } from "../html.ts";
import type { Section } from "../page.ts";

/** The place of the table of requests; its rows are unpacked by the page's own program. */
export function requestsSection(sentence: string): Section {
  const filter = (column: string, label: string) =>
    html`<label>${label}<select data-column="${column}"><option value="">any</option></select></label>`;
  return {
    id: "requests",
    title: "Requests",
    body: html`<p class="muted">${sentence}</p>
<p class="muted print-only">On paper: the first rows, as sorted and filtered.</p>
<div class="controls" hidden>${filter("outcome", "Outcome")}${filter("phase", "Failed in")}<label>Text or number<input type="search" autocomplete="off" spellcheck="false"></label><span class="count muted" role="status"></span></div>
<div class="rows" tabindex="0" role="region" aria-label="Table of requests"><table><thead><tr><td></td></tr></thead><tbody></tbody></table></div>
<noscript><p class="muted">The table is unpacked by the page's own program, which this browser does not run: metrics.csv has a row for each request.</p></noscript>`,
  };
}
