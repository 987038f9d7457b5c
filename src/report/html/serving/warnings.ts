import { type Html, html } from "../html.ts";
import type { PageRun } from "./page-run.ts";

/** Every warning with what to do about it. */
export function warningsHtml({ summary }: PageRun): Html {
  if (summary === null)
    return html`<p>Neither a run that did not come to its end nor another tool's result has any.</p>`;
  if (summary.warnings.length === 0) return html`<p>None.</p>`;
  return html`<ul class="warnings">${summary.warnings.map(({ message, hint }) => html`<li><b>${message}</b><br><span class="muted">${hint}</span></li>`)}</ul>`;
}
