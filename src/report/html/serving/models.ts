import { formatNumber } from "../../../core/units.ts";
import { countText, measured, percent } from "../../numbers.ts";
import type { SavedModel, SavedSummary } from "../../saved-summary.ts";
import { type Child, type Html, html } from "../html.ts";
import { intervalSmall, quantileCell } from "../metric-cells.ts";
import type { Section } from "../page.ts";
import { defined } from "./definitions.ts";
import type { PageRun } from "./page-run.ts";

/** Metrics of each model, and the quantiles of them that are shown. */
const SHOWN = [
  { id: "ttft", name: "TTFT", quantiles: ["p50", "p99"] },
  { id: "tpot", name: "TPOT", quantiles: ["p50"] },
  { id: "e2el", name: "E2EL", quantiles: ["p50"] },
] as const;

/** Several models of one run beside one another; null where it asked one, or left no summary. */
export function modelsTable({ summary }: Pick<PageRun, "summary">): Html | null {
  const models = modelsOf(summary);
  if (models.length === 0) return null;
  return tableOf(
    "By model, whole run; latencies in ms",
    "model",
    models.map((figures) => ({ name: figures.model, figures })),
  );
}

/** Of several runs a table for each model, a row for each run that asked it among others; null where none did. */
export function modelsSection(runs: readonly PageRun[]): Section | null {
  const asked = runs.flatMap(({ run, summary }, i) =>
    modelsOf(summary).map((figures) => ({
      figures,
      name: html`<a href="#run-${i + 1}">${run.name}</a>`,
    })),
  );
  if (asked.length === 0) return null;
  const tables = [...Map.groupBy(asked, ({ figures }) => figures.model)].map(([model, rows]) =>
    tableOf(model, "run", rows),
  );
  return {
    id: "models",
    title: "Models",
    body: html`<div class="tables">${tables}</div>
<p class="muted note">Over each whole run, latencies in ms. asked: the share by the traffic split; sent: of the requests, or sessions, that were sent.</p>`,
  };
}

function modelsOf(summary: SavedSummary | null): readonly SavedModel[] {
  return summary?.models ?? [];
}

/** @param of what the first column names */
function tableOf(caption: string, of: string, rows: readonly { name: Child; figures: SavedModel }[]): Html {
  const hasGoodput = rows.some(({ figures }) => figures.goodput !== null);
  const heads = SHOWN.map(
    ({ id, name, quantiles }) =>
      html`<th scope="col">${defined(name, `metric-${id}`)} n</th>${quantiles.map((q) => html`<th scope="col">${name} ${q}</th>`)}`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="numbers"><caption>${caption}</caption><thead><tr><th scope="col">${of}</th><th scope="col">asked</th><th scope="col">sent</th><th scope="col">${defined("succeeded", "term-succeeded")}</th><th scope="col">failed</th><th scope="col">${defined("req/s", "term-requestThroughput")}</th><th scope="col">${defined("tok/s", "term-outputThroughput")}</th>${hasGoodput ? html`<th scope="col">${defined("goodput", "term-goodput")}</th>` : null}${heads}</tr></thead><tbody>${rows.map(({ name, figures }) => rowOf(name, figures, hasGoodput))}</tbody></table></div>`;
}

function rowOf(name: Child, figures: SavedModel, hasGoodput: boolean): Html {
  const { askedShare, sentShare, requests, goodput, metrics } = figures;
  const latencies = SHOWN.map(({ id, quantiles }) => {
    const metric = metrics[id] ?? null;
    const cells = quantiles.map((q) => html`<td>${metric === null ? "-" : quantileCell(metric, q)}</td>`);
    return html`<td>${metric === null ? "0" : countText(metric.n)}</td>${cells}`;
  });
  return html`<tr><th scope="row">${name}</th><td>${askedShare === null ? "-" : percent(askedShare)}</td><td>${shareCell(sentShare)}</td><td>${formatNumber(requests.succeeded)}</td><td>${formatNumber(requests.failed - requests.censored)}</td><td>${measured(figures.requestThroughputPerS)}</td><td>${measured(figures.outputThroughputPerS)}</td>${hasGoodput ? html`<td>${shareCell(goodput && { ...goodput, value: goodput.fraction })}</td>` : null}${latencies}</tr>`;
}

/** A share with its interval. */
function shareCell(share: { value: number | null; low: number | null; high: number | null } | null): Child {
  if (share === null || share.value === null) return "-";
  const { value, low, high } = share;
  return html`${percent(value)}${low === null || high === null ? null : intervalSmall(percent(low), percent(high))}`;
}
