import { version } from "../../../core/version.ts";
import { runFacts } from "../../figures/serving/facts.ts";
import { figuresOfRun } from "../../figures/serving/run-figures.ts";
import type { Figure } from "../../figures/spec.ts";
import { FigureShelf } from "../figure-html.ts";
import { html } from "../html.ts";
import { pageHtml, type Section } from "../page.ts";
import { warningsHtml } from "../warnings.ts";
import { definitionsHtml } from "./definitions.ts";
import { environmentHtml } from "./environment.ts";
import { numbersHtml } from "./numbers.ts";
import type { PageRun } from "./page-run.ts";
import { requestsOf } from "./requests-section.ts";
import { verdictHtml } from "./verdict.ts";

/** report.html of one run: the verdict, the numbers, the figures, the requests, and where they come from. */
export function runPage(page: PageRun): string {
  const { run } = page;
  const requests = requestsOf([page]);
  const figures = new FigureShelf();
  const facts = runFacts(run.name, run.metadata).filter(({ name }) => name !== "Machine");
  const sections: Section[] = [
    { id: "verdict", title: "Verdict", body: verdictHtml(page) },
    { id: "numbers", title: "Numbers", body: numbersHtml(page) },
    {
      id: "figures-section",
      title: "Figures",
      body: html`<div class="figures">${inPageOrder([...figuresOfRun(run)]).map((figure) => figures.place(figure))}</div>`,
    },
    ...(requests === null ? [] : [requests.section]),
    { id: "environment", title: "Environment and plan", body: environmentHtml(page) },
    { id: "warnings", title: "Warnings", body: warningsHtml(page.summary?.warnings ?? null) },
    { id: "definitions", title: "Definitions", body: definitionsHtml() },
  ];
  return pageHtml({
    title: run.name,
    head: html`${facts.map(({ name, value }) => html`<p class="muted">${name}: ${value}</p>`)}`,
    sections,
    figures,
    requests: requests?.data ?? null,
    foot: `Made by inferbench ${version} from the run's records.`,
  });
}

/** Of one run the curves over load are single points, which the numbers say already: they come last. */
function inPageOrder(figures: readonly Figure[]): Figure[] {
  const isCurve = ({ name }: Figure) => name.startsWith("throughput_");
  return [...figures.filter((figure) => !isCurve(figure)), ...figures.filter(isCurve)];
}
