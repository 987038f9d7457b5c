import { formatBytes, formatNumber } from "../../../core/units.ts";
import { version } from "../../../core/version.ts";
import type { Fact, Figure } from "../../figures/spec.ts";
import { comparisonFacts, runFacts } from "../../figures/storage/facts.ts";
import { figuresOfStorageRun, figuresOfStorageRuns } from "../../figures/storage/run-figures.ts";
import { percent } from "../../numbers.ts";
import { FigureShelf } from "../figure-html.ts";
import { type Html, html } from "../html.ts";
import { meanCell, type PageDistribution, quantileCell } from "../metric-cells.ts";
import { pageHtml, type Section } from "../page.ts";
import { doubtsBanner } from "../verdict-rows.ts";
import { warningsHtml } from "../warnings.ts";
import { defined, definitionsHtml, storageTimes } from "./definitions.ts";
import { environmentHtml } from "./environment.ts";
import { keyNote, numbersHtml, samplesCell, timeOf } from "./numbers.ts";
import type { StoragePageRun } from "./page-run.ts";
import { verdictHtml, verdictWord } from "./verdict.ts";

/** report.html of one storage run: the verdict, the numbers, the figures, and where they come from. */
export function storageRunPage(page: StoragePageRun): string {
  const figures = new FigureShelf();
  const sections: Section[] = [
    { id: "verdict", title: "Verdict", body: verdictHtml(page) },
    { id: "numbers", title: "Numbers", body: numbersHtml(page) },
    {
      id: "figures-section",
      title: "Figures",
      body: placed(figures, inPageOrder(figuresOfStorageRun(page.run))),
    },
    { id: "environment", title: "Environment and plan", body: environmentHtml(page) },
    { id: "warnings", title: "Warnings", body: warningsHtml(page.summary?.warnings ?? null) },
    { id: "definitions", title: "Definitions", body: definitionsHtml() },
  ];
  const facts = runFacts(page).filter(({ name }) => name !== "Machine");
  return whole(page.run.name, facts, sections, figures, "the run's rows");
}

/** One page of several storage runs: what differs, their numbers beside one another, the two figures, and each run by itself. */
export function storageComparisonPage(pages: readonly StoragePageRun[]): string {
  const figures = new FigureShelf();
  const sections: Section[] = [
    {
      id: "verdict",
      title: "Runs",
      body: html`${doubtsBanner(pages.map(verdictWord))}${runsTable(pages)}`,
    },
    { id: "numbers", title: "Numbers", body: sideBySide(pages) },
    {
      id: "figures-section",
      title: "Figures",
      body: placed(figures, figuresOfStorageRuns(pages.map(({ run }) => run))),
    },
    {
      id: "each",
      title: "Each run",
      body: html`<p class="tools"><button type="button" data-open="details.level">Open all</button></p>${pages.map(
        (page, i) =>
          html`<details class="level" id="run-${i + 1}"><summary>${page.run.name}</summary>${verdictHtml(page)}${numbersHtml(page)}${placed(figures, inPageOrder(figuresOfStorageRun(page.run)))}<h3>Environment and plan</h3>${environmentHtml(page)}<h3>Warnings</h3>${warningsHtml(page.summary?.warnings ?? null)}</details>`,
      )}`,
    },
    { id: "definitions", title: "Definitions", body: definitionsHtml() },
  ];
  const title = `Comparison of ${pages.length} storage runs`;
  return whole(title, comparisonFacts(pages), sections, figures, "the runs' rows");
}

function whole(
  title: string,
  facts: readonly Fact[],
  sections: readonly Section[],
  figures: FigureShelf,
  from: string,
): string {
  return pageHtml({
    title,
    head: html`${facts.map(({ name, value }) => html`<p class="muted">${name}: ${value}</p>`)}`,
    sections,
    figures,
    requests: null,
    foot: `Made by inferbench ${version} from ${from}.`,
  });
}

function placed(figures: FigureShelf, some: Iterable<Figure>): Html {
  return html`<div class="figures">${[...some].map((figure) => figures.place(figure))}</div>`;
}

/** Of one run bars are single numbers, which the tables say already: they come last. */
function inPageOrder(some: Iterable<Figure>): Figure[] {
  const figures = [...some];
  const isBars = ({ x }: Figure) => x.scale === "groups";
  return [...figures.filter((figure) => !isBars(figure)), ...figures.filter(isBars)];
}

function runsTable(pages: readonly StoragePageRun[]): Html {
  const rows = pages.map((page, i) => {
    const { level, text } = verdictWord(page);
    const { throughput } = page.loading;
    const { au = null, nullSourceAu = null } = page.summary?.compute ?? {};
    const share = (value: number | null) => (value === null ? "-" : percent(value));
    return html`<tr><th scope="row"><a href="#run-${i + 1}">${page.run.name}</a></th><td class="${level}"><span class="word">${text}</span></td><td>${formatNumber(throughput.steps)}</td><td>${samplesCell(throughput)}</td><td>${throughput.bytesPerS === null ? "-" : `${formatBytes(throughput.bytesPerS)}/s`}</td><td>${share(au)}</td><td>${share(nullSourceAu)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="numbers"><thead><tr><th scope="col">run</th><th scope="col" class="text">verdict</th><th scope="col">steps</th><th scope="col">${defined("samples/s", "term-throughput")}</th><th scope="col">${defined("bytes", "term-throughput")}</th><th scope="col">${defined("AU", "term-au")}</th><th scope="col">${defined("of a null source", "term-null")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

const QUANTILES = ["p50", "p90", "p95", "p99"];

/** A table a time, a column a run. */
function sideBySide(pages: readonly StoragePageRun[]): Html {
  const heads = pages.map(({ run }) => html`<th scope="col">${run.name}</th>`);
  const tables = storageTimes.flatMap(({ id, name, term }) => {
    const metrics = pages.map((page) => timeOf(page, id));
    if (metrics.every((metric) => metric === null)) return [];
    const row = (label: Html | string, cell: (metric: PageDistribution) => Html | string) =>
      html`<tr><th scope="row">${label}</th>${metrics.map((metric) => html`<td>${metric === null ? "-" : cell(metric)}</td>`)}</tr>`;
    return [
      html`<div class="scroll" tabindex="0" role="region" aria-label="${name} of all runs"><table class="numbers"><caption>${defined(name, term)}, ms</caption><thead><tr><td></td>${heads}</tr></thead><tbody>
${row(defined("n", "term-n"), ({ n }) => formatNumber(n))}${row("mean", meanCell)}${QUANTILES.map((q) => row(q, (metric) => quantileCell(metric, q)))}</tbody></table></div>`,
    ];
  });
  return html`<div class="tables">${tables}</div>
${keyNote()}<p class="muted note">Intervals that overlap are no proof that two runs are equal.</p>`;
}
