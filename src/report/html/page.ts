import { clientScript, clientStyle } from "./client-bundle.ts" with { type: "macro" };
import type { FigureShelf } from "./figure-html.ts";
import { Html, html, scriptJson } from "./html.ts";
import { packed } from "./packed.ts";
import type { RequestTableData } from "./requests/columns.ts";
import { themeStyle } from "./theme-style.ts";

/** A part of a page with a heading of its own, and a place in its contents. */
export interface Section {
  id: string;
  title: string;
  body: Html;
}

export interface Page {
  title: string;
  /** Below the title. */
  head: Html;
  sections: readonly Section[];
  figures: FigureShelf;
  /** For the section `requests`; null: the page has none. */
  requests: RequestTableData | null;
  /** Which program made it, and from what. */
  foot: string;
}

const script = clientScript();
const style = clientStyle();

/** A whole page in one file that asks nothing of any network: its own policy forbids that. */
export function pageHtml({ title, head, sections, figures, requests, foot }: Page): string {
  const hash = new Bun.CryptoHasher("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(themeStyle() + style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><div class="bar"><span class="brand">inferbench</span><nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav><button type="button" id="theme" hidden>Theme: auto</button></div></header>
<main id="content" tabindex="-1">
<div class="title"><h1>${title}</h1>${head}</div>
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>\n`)}
</main>
<footer><p class="muted">${foot}</p></footer>
<script type="application/octet-stream" id="figures">${packed(JSON.stringify(figures.data))}</script>
${requests === null ? null : html`<script type="application/json" id="request-data">${scriptJson(requests)}</script>`}
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.text;
}
