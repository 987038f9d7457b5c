import { metricTable } from "../../../benchmarks/serving/metric-table.ts";
import { formatDuration, formatNumber } from "../../../core/units.ts";
import { countText, measured, percent } from "../../numbers.ts";
import { quantileNames } from "../../saved-distribution.ts";
import type { SavedSummary, SavedWindow } from "../../saved-summary.ts";
import { type Child, type Html, html } from "../html.ts";
import { intervalSmall, maxCell, meanCell, quantileCell } from "../metric-cells.ts";
import { defined, type Term } from "./definitions.ts";
import { modelsTable } from "./models.ts";
import type { PageRun } from "./page-run.ts";

/** All numbers of a run, for both windows, and of each of several models. */
export function numbersHtml({ load, whole, steady, measuredBy, summary }: PageRun): Html {
  if (whole === null) return html`<p>No request was sent.</p>`;
  const windows = [
    ...(steady === null ? [] : [{ name: "steady window", term: "term-steady" as const, window: steady }]),
    { name: "whole run", term: "term-whole" as const, window: whole },
  ];
  return html`<div class="tables">${countsTable(windows, load)}
${windows.map(({ name, term, window }) => metricsTable(name, term, window, measuredBy?.names ?? {}))}
${modelsTable({ summary })}</div>
<p class="muted note">[low to high]: ${defined("95 % interval", "term-interval")}. ${defined("*", "term-small")}: n is too small to trust this quantile. ${defined("≥", "term-bound")}: a lower bound, requests were unfinished.</p>`;
}

interface NamedWindow {
  name: string;
  term: Term;
  window: SavedWindow;
}

function countsTable(windows: readonly NamedWindow[], known: SavedSummary["load"] | null): Html {
  const row = (name: Child, of: (window: SavedWindow) => Child) =>
    html`<tr><th scope="row">${name}</th>${windows.map(({ window }) => html`<td>${of(window)}</td>`)}</tr>`;
  const has = (of: (window: SavedWindow) => unknown) => windows.some(({ window }) => of(window) !== null);
  const load = known === null ? null : loadText(known);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Requests and throughput"><table class="numbers"><caption>Requests and throughput</caption>
<thead><tr><td></td>${windows.map(({ name, term }) => html`<th scope="col">${defined(name, term)}</th>`)}</tr></thead><tbody>
${row("duration, s", ({ durationS }) => measured(durationS))}
${row(defined("due", "term-due"), ({ requests }) => formatNumber(requests.total))}
${row(defined("succeeded", "term-succeeded"), ({ requests }) => formatNumber(requests.succeeded))}
${row("failed", ({ requests }) => formatNumber(requests.failed - requests.censored))}
${row(defined("unfinished", "term-unfinished"), ({ requests }) => formatNumber(requests.censored))}
${row(html`${defined("request throughput", "term-requestThroughput")}, req/s`, (window) => measured(window.requestThroughputPerS))}
${row(html`${defined("output throughput", "term-outputThroughput")}, tok/s`, (window) => measured(window.outputThroughputPerS))}
${has(({ goodput }) => goodput) ? row(defined("goodput", "term-goodput"), goodputCell) : null}
${has(({ stalls }) => stalls) ? row(defined("stalls", "term-stalls"), stallsCell) : null}
</tbody></table>${load === null ? null : html`<p class="muted note">Load: ${load}</p>`}</div>`;
}

/** Users, and a burst, have no rate of sending. */
export function sentRateOf({
  askedRatePerS,
  plannedRatePerS,
  achievedRatePerS,
}: SavedSummary["load"]): number | null {
  return askedRatePerS === null && plannedRatePerS === null ? null : achievedRatePerS;
}

function loadText(load: SavedSummary["load"]): string {
  const { askedRatePerS, plannedRatePerS, peakInFlight } = load;
  const rates = [
    ["asked", askedRatePerS],
    ["planned", plannedRatePerS],
    ["sent", sentRateOf(load)],
  ] as const;
  const known = rates.flatMap(([name, perS]) => (perS === null ? [] : [`${name} ${measured(perS)}`]));
  const peak = peakInFlight === null ? [] : [`at most ${formatNumber(peakInFlight)} in flight`];
  return [...(known.length > 0 ? [`${known.join(", ")} per second`] : []), ...peak].join(" · ");
}

function goodputCell({ goodput }: SavedWindow): Child {
  if (goodput === null) return "-";
  const { fraction, low, high, perS } = goodput;
  return html`${percent(fraction)}${intervalSmall(percent(low), percent(high))}${perS === null ? null : html`<small>${measured(perS)} req/s</small>`}`;
}

function stallsCell({ stalls }: SavedWindow): Child {
  if (stalls === null) return "-";
  const { thresholdMs, stalls: n, withStall, answers, share, low, high } = stalls;
  const over = `over ${formatDuration(thresholdMs)}`;
  if (n === 0) return html`none ${over}<small>of ${formatNumber(answers)} answers</small>`;
  return html`${formatNumber(n)} ${over}<small>in ${formatNumber(withStall)} answers: ${percent(share)} [${percent(low)} to ${percent(high)}]</small>`;
}

/** @param names what another tool calls its own */
function metricsTable(
  name: string,
  term: Term,
  { metrics }: SavedWindow,
  names: Readonly<Record<string, string>>,
): Html {
  const rows = metricTable.map(({ id, name: metricName, unit }) => {
    const metric = metrics[id] ?? null;
    const head = html`<th scope="row">${defined(names[id] ?? metricName, `metric-${id}`)}</th><td>${unit}</td>`;
    if (metric === null)
      return html`<tr>${head}<td>0</td>${["mean", ...quantileNames, "max"].map(() => html`<td>-</td>`)}</tr>`;
    return html`<tr>${head}<td>${countText(metric.n)}${metric.censored > 0 ? html`<small>${formatNumber(metric.censored)} unfinished</small>` : null}</td><td>${meanCell(metric)}</td>${quantileNames.map((q) => html`<td>${quantileCell(metric, q)}</td>`)}<td>${maxCell(metric)}</td></tr>`;
  });
  const heads = quantileNames.map((q) => html`<th scope="col">${q}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Latencies, ${name}"><table class="numbers"><caption>Latencies and lengths, ${defined(name, term)}</caption><thead><tr><th scope="col">metric</th><th scope="col">unit</th><th scope="col">${defined("n", "term-n")}</th><th scope="col">mean</th>${heads}<th scope="col">max</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
