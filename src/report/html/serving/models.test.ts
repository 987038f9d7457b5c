import { expect, test } from "bun:test";
import { measured } from "../../numbers.ts";
import { comparisonPage } from "./comparison-page.ts";
import { modelsSection } from "./models.ts";
import { fakePageRun } from "./page-run.fake.ts";
import { runPage } from "./run-page.ts";

const MODELS = ["base", "<sql>"];

/** Cells of each row that begins with this head, without their tags. */
function cellsOf(text: string, head: string): string[][] {
  const rows = text.match(/<tr>.*?<\/tr>/gs) ?? [];
  return rows
    .map((row) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => plain(cell!)))
    .filter(([first]) => first === head);
}

function plain(cell: string): string {
  return cell
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

test("a run of several models has a row for each, with the summary's numbers and their intervals", () => {
  const page = fakePageRun({ models: MODELS, requests: 400 });
  const [base, sql] = page.summary!.models!;
  const text = runPage(page);
  const [row] = cellsOf(text, "base");
  expect(cellsOf(text, "&lt;sql&gt;")).toHaveLength(1);
  expect(row!.slice(0, 4)).toEqual(["base", "50.0 %", "50.0 % [45.1 % to 54.9 %]", "200"]);
  expect(base!.requests.succeeded + sql!.requests.succeeded).toBe(380);
  const { value, low, high } = base!.metrics.ttft!.quantiles.p50!;
  expect(row).toContain(String(base!.metrics.ttft!.n));
  expect(row).toContain(`${measured(value)} [${measured(low)} to ${measured(high)}]`);
});

test("several runs have a table for each model, with a row for each run that asked it", () => {
  const runs = [
    fakePageRun({ name: "a", models: MODELS }),
    fakePageRun({ name: "b", models: ["base", "other"] }),
    fakePageRun({ name: "c" }),
  ];
  const { body } = modelsSection(runs)!;
  expect(body.text.match(/<caption>[^<]*/g)).toEqual([
    "<caption>base",
    "<caption>&lt;sql&gt;",
    "<caption>other",
  ]);
  expect([
    cellsOf(body.text, "a").length,
    cellsOf(body.text, "b").length,
    cellsOf(body.text, "c").length,
  ]).toEqual([2, 2, 0]);
  expect(comparisonPage(runs, { title: "Three" })).toContain('<section id="models"');
});

test("runs of one model, and killed ones, have none", () => {
  expect(modelsSection([fakePageRun(), fakePageRun({ models: MODELS, isKilled: true })])).toBeNull();
  expect(runPage(fakePageRun())).not.toContain("By model");
});
