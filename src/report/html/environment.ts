import type { Fact } from "../figures/spec.ts";
import { type Html, html } from "./html.ts";
import { treeTable } from "./tree.ts";

/**
 * Where, with what and how it was measured. The host's own name is left out: pages are shown around.
 * @param metadataContent all of metadata.yaml; null where there is none
 */
export function environmentTables(facts: readonly Fact[], metadataContent: unknown): Html {
  const {
    environment = null,
    plan = null,
    command = null,
    ...rest
  } = (metadataContent ?? {}) as Record<string, unknown>;
  const { host, ...machine } = (environment ?? {}) as Record<string, unknown>;
  const { name: _, ...system } = (host ?? {}) as Record<string, unknown>;
  return html`<div class="facts">${treeTable(Object.fromEntries(facts.map(({ name, value }) => [name, value])), "In short")}
${typeof command === "string" ? html`<table><caption>Command</caption><tbody><tr><td><code>${command}</code></td></tr></tbody></table>` : null}
${treeTable({ host: system, ...machine }, "Environment")}<div>${treeTable(plan, "Plan")}${treeTable(rest, "Run")}</div></div>`;
}

/** What summary.json has besides what a page shows elsewhere, folded. @param tables each with its name */
export function otherFiguresHtml(title: string, tables: readonly (readonly [string, unknown])[]): Html {
  const shown = tables.map(([name, value]) =>
    value === null ? null : treeTable(typeof value === "object" ? value : { [name]: value }, name),
  );
  return html`<details><summary>${title}</summary><div class="all-figures">${shown}</div></details>`;
}
