import { metricTable } from "../../../benchmarks/serving/metric-table.ts";
import { formatNumber } from "../../../core/units.ts";
import { version } from "../../../core/version.ts";
import { DIFFERENCE_NOTE, differenceRows, differenceText, noiseText } from "../../differences.ts";
import { figuresOfRuns } from "../../figures/serving/comparison-figures.ts";
import { comparisonFacts } from "../../figures/serving/facts.ts";
import type { ServingRun } from "../../figures/serving/run.ts";
import { figuresOfRun } from "../../figures/serving/run-figures.ts";
import type { Fact, Figure } from "../../figures/spec.ts";
import { countText, measured, percent } from "../../numbers.ts";
import type { SavedMetric, SavedWindow } from "../../saved-summary.ts";
import { FigureShelf } from "../figure-html.ts";
import { type Html, html } from "../html.ts";
import { meanCell, quantileCell } from "../metric-cells.ts";
import { pageHtml, type Section } from "../page.ts";
import { doubtsBanner } from "../verdict-rows.ts";
import { warningsHtml } from "../warnings.ts";
import { defined, definitionsHtml } from "./definitions.ts";
import { environmentHtml } from "./environment.ts";
import { modelsSection } from "./models.ts";
import { numbersHtml, sentRateOf } from "./numbers.ts";
import type { PageRun } from "./page-run.ts";
import { requestsOf } from "./requests-section.ts";
import { verdictHtml, verdictWord } from "./verdict.ts";

/** What a page of several runs has besides the runs. */
export interface ComparisonExtra {
  title: string;
  /** Before everything else of the page: a capacity that was searched for, say. */
  lead?: readonly Section[];
  /** In place of those that any several runs have, and before the runs' numbers. */
  figures?: Iterable<Figure>;
}

/** One page of several runs: who they are and how they ended, their numbers beside one another, their figures, and each run by itself. */
export function comparisonPage(
  runs: readonly PageRun[],
  { title, lead = [], figures: given }: ComparisonExtra,
): string {
  const figures = new FigureShelf();
  const servingRuns = runs.map(({ run }) => run);
  const requests = requestsOf(runs);
  const models = modelsSection(runs);
  const place = (some: Iterable<Figure>) =>
    html`<div class="figures">${[...some].map((figure) => figures.place(figure))}</div>`;
  const curves: Section = {
    id: "figures-section",
    title: "Figures",
    body: place(given ?? figuresOfRuns(servingRuns)),
  };
  const sections: Section[] = [
    ...lead,
    ...(given === undefined ? [] : [curves]),
    {
      id: "verdict",
      title: "Runs",
      body: html`${doubtsBanner(runs.map(verdictWord))}${runsTable(runs)}`,
    },
    ...(given === undefined ? differences(runs) : []),
    { id: "numbers", title: "Numbers", body: sideBySide(runs) },
    ...(models === null ? [] : [models]),
    ...(given === undefined ? [curves] : []),
    ...(requests === null ? [] : [requests.section]),
    {
      id: "each",
      title: "Each run",
      body: html`<p class="tools"><button type="button" data-open="details.level">Open all</button></p>${runs.map(
        (page, i) =>
          html`<details class="level" id="run-${i + 1}"><summary>${page.run.name}</summary>${verdictHtml(page)}${numbersHtml(page)}${place(figuresOfRun(page.run))}<h3>Environment and plan</h3>${environmentHtml(page)}<h3>Warnings</h3>${warningsHtml(page.summary?.warnings ?? null)}</details>`,
      )}`,
    },
    { id: "definitions", title: "Definitions", body: definitionsHtml() },
  ];
  const facts = headFacts(servingRuns);
  return pageHtml({
    title,
    head: html`${facts.map(({ name, value }) => html`<p class="muted">${name}: ${value}</p>`)}`,
    sections,
    figures,
    requests: requests?.data ?? null,
    foot: `Made by inferbench ${version} from the runs' records.`,
  });
}

/** More runs than this are named by the table of runs alone. */
const MOST_NAMED = 4;

/** What the runs have in common, and of few runs what each of them has of its own. */
function headFacts(runs: readonly ServingRun[]): Fact[] {
  const facts = comparisonFacts(runs);
  const names = new Set([...runs.map(({ name }) => name), "…"]);
  return runs.length > MOST_NAMED ? facts.filter(({ name }) => !names.has(name)) : facts;
}

/** What a run is compared by: its steady window, or the whole of it. */
function windowOf({ steady, whole }: PageRun): SavedWindow | null {
  return steady ?? whole;
}

function runsTable(runs: readonly PageRun[]): Html {
  const hasGoodput = runs.some((page) => windowOf(page)?.goodput);
  const rows = runs.map((page, i) => {
    const window = windowOf(page);
    const { level, text } = verdictWord(page);
    const goodput = window?.goodput ?? null;
    const { load } = page;
    const counts = window?.requests;
    return html`<tr><th scope="row"><a href="#run-${i + 1}">${page.run.name}</a></th><td class="${level}"><span class="word">${text}</span></td><td>${load ? measured(load.askedRatePerS) : "-"}</td><td>${load === null ? "-" : measured(sentRateOf(load))}</td><td>${load?.concurrency ?? "-"}</td><td>${page.steady === null ? "whole" : "steady"}</td><td>${counts ? formatNumber(counts.total) : "-"}</td><td>${counts ? formatNumber(counts.failed - counts.censored) : "-"}</td><td>${measured(window?.requestThroughputPerS)}</td><td>${measured(window?.outputThroughputPerS)}</td>${hasGoodput ? html`<td>${goodput === null ? "-" : html`${percent(goodput.fraction)}<small>[${percent(goodput.low)} to ${percent(goodput.high)}]</small>`}</td>` : null}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="numbers"><thead><tr><th scope="col">run</th><th scope="col" class="text">verdict</th><th scope="col">asked, /s</th><th scope="col">sent, /s</th><th scope="col">users or cap</th><th scope="col">window</th><th scope="col">${defined("due", "term-due")}</th><th scope="col">failed</th><th scope="col">${defined("req/s", "term-requestThroughput")}</th><th scope="col">${defined("tok/s", "term-outputThroughput")}</th>${hasGoodput ? html`<th scope="col">${defined("goodput", "term-goodput")}</th>` : null}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** How each run's figures differ from the first one's. */
function differences(runs: readonly PageRun[]): Section[] {
  const rows = differenceRows(runs.map(windowOf));
  const [first, ...others] = runs.map(({ run }) => run.name);
  if (rows.length === 0) return [];
  const cell = (one: (typeof rows)[number]["differences"][number]) =>
    one === null
      ? html`<td>-</td>`
      : html`<td>${differenceText(one.of)}<small>${noiseText(one.of)}</small></td>`;
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="Differences"><table class="numbers"><thead><tr><th scope="col">from ${first!}</th>${others.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr><th scope="row">${row.name}</th>${row.differences.map(cell)}</tr>`)}</tbody></table></div>
<p class="muted note">${DIFFERENCE_NOTE}</p>`;
  return [{ id: "differences", title: "Differences", body }];
}

const COMPARED = [
  "ttft",
  "ttftFromIntended",
  "tpot",
  "itl",
  "icl",
  "e2el",
  "ntpot",
  "longestStall",
  "lateness",
  "outputTokens",
];
const QUANTILES = ["p50", "p90", "p95", "p99"];

/** A table a metric, a column a run: over the window that the table of runs names. */
function sideBySide(runs: readonly PageRun[]): Html {
  const windows = runs.map(windowOf);
  const heads = runs.map(({ run }) => html`<th scope="col">${run.name}</th>`);
  const tables = metricTable
    .filter(({ id }) => COMPARED.includes(id) && windows.some((window) => window?.metrics[id]))
    .map(({ id, name, unit }) => {
      const metrics = windows.map((window) => window?.metrics[id] ?? null);
      const row = (label: Html | string, cell: (metric: SavedMetric) => Html | string) =>
        html`<tr><th scope="row">${label}</th>${metrics.map((metric) => html`<td>${metric === null ? "-" : cell(metric)}</td>`)}</tr>`;
      return html`<div class="scroll" tabindex="0" role="region" aria-label="${name} of all runs"><table class="numbers"><caption>${defined(name, `metric-${id}`)}, ${unit}</caption><thead><tr><td></td>${heads}</tr></thead><tbody>
${row(defined("n", "term-n"), ({ n }) => countText(n))}${row("mean", meanCell)}${QUANTILES.map((q) => row(q, (metric) => quantileCell(metric, q)))}</tbody></table></div>`;
    });
  return html`<div class="tables">${tables}</div>
<p class="muted note">Over the window that the table above names. [low to high]: ${defined("95 % interval", "term-interval")}. ${defined("*", "term-small")}: n is too small to trust this quantile. ${defined("≥", "term-bound")}: a lower bound, requests were unfinished. Whether two differ stands under Differences.</p>`;
}
