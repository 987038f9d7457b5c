import { formatNumber, significant } from "../../core/units.ts";
import { type Html, html } from "./html.ts";

/** A leaf of a document, by the names on the way to it. */
interface Leaf {
  path: string;
  value: string;
}

/** More entries of a list are counted, not shown. */
const MOST_ENTRIES = 12;

/** Everything that a document holds as rows of name and value; empty ones are left out. */
export function treeTable(content: unknown, caption: string | null = null): Html | null {
  const leaves = leavesOf(content, "");
  if (leaves.length === 0) return null;
  const head = caption === null ? null : html`<caption>${caption}</caption>`;
  return html`<table>${head}<tbody>${leaves.map(({ path, value }) => html`<tr><th scope="row">${path}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

function leavesOf(content: unknown, path: string): Leaf[] {
  if (content === null || content === undefined) return [];
  if (Array.isArray(content)) {
    if (content.every((entry) => typeof entry !== "object" || entry === null))
      return content.length === 0 ? [] : [{ path, value: listText(content) }];
    const shown = content.slice(0, MOST_ENTRIES).flatMap((entry, i) => leavesOf(entry, `${path} ${i + 1}`));
    return content.length > MOST_ENTRIES
      ? [...shown, { path, value: `and ${content.length - MOST_ENTRIES} more` }]
      : shown;
  }
  if (typeof content === "object")
    return Object.entries(content).flatMap(([key, value]) =>
      leavesOf(value, path === "" ? key : `${path} › ${key}`),
    );
  return [{ path, value: valueText(content) }];
}

function listText(entries: readonly unknown[]): string {
  const more = entries.length > MOST_ENTRIES ? `, and ${entries.length - MOST_ENTRIES} more` : "";
  return entries.slice(0, MOST_ENTRIES).map(valueText).join(", ") + more;
}

function valueText(value: unknown): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value)
    ? Math.abs(value) < 10_000
      ? String(value)
      : formatNumber(value)
    : significant(value, 5);
}
