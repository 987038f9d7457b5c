/** A piece of HTML that is safe to put into a page: made by `html` alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Child = Html | string | number | null | readonly Child[];

/** HTML from a template: whatever is put into it is escaped unless it is HTML made here; null is nothing. Attributes stand between double quotes. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Html {
  return new Html(parts.map((part, i) => part + (i < children.length ? textOf(children[i]!) : "")).join(""));
}

function textOf(child: Child): string {
  if (child === null) return "";
  if (child instanceof Html) return child.text;
  return typeof child === "object" ? child.map(textOf).join("") : escaped(String(child));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for content and attributes; characters that control a terminal or nothing at all are left out. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r -~\u00a0-\uffff]/g, "")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * A value as JSON inside a `<script>`: no `<` in it ends the element, and none of JavaScript's line ends that JSON does not know is in it.
 * @param value without anything that JSON has no form for
 */
export function scriptJson(value: unknown): Html {
  const text = JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Html(text);
}
