import { type Html, html } from "./html.ts";

/** Every warning with what to do about it. @param warnings null: there is no summary that could have any */
export function warningsHtml(warnings: readonly { message: string; hint: string }[] | null): Html {
  if (warnings === null)
    return html`<p>Neither a run that did not come to its end nor another tool's result has any.</p>`;
  if (warnings.length === 0) return html`<p>None.</p>`;
  return html`<ul class="warnings">${warnings.map(({ message, hint }) => html`<li><b>${message}</b><br><span class="muted">${hint}</span></li>`)}</ul>`;
}
