import { type Html, html } from "./html.ts";

/** A word of the page and what it means, in a few words; METHODS.md has it at length. */
export interface Definition {
  /** Of the element that holds its text, unique in the page. */
  id: string;
  name: string;
  text: string;
}

/** A word whose definition shows on hover and on focus. @param id of a definition that is in the page */
export function definedBy(text: string, id: string): Html {
  return html`<span class="def" tabindex="0" data-def="${id}" aria-describedby="${id}">${text}</span>`;
}

export function definitionList(title: string, entries: readonly Definition[]): Html {
  return html`<h3>${title}</h3><dl class="definitions">${entries.map(({ id, name, text }) => html`<div><dt>${name}</dt><dd id="${id}">${text}</dd></div>`)}</dl>`;
}
