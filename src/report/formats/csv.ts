import { type Cell, csvText } from "../../results/csv.ts";
import type { ForeignMetric, ForeignResult } from "../foreign/result.ts";
import { isForeign, type Printed } from "./printed.ts";
import {
  type PrintedMeasured,
  type PrintedSummary,
  type PrintedWindow,
  quantileNames,
  windowsOf,
} from "./saved-summary.ts";

/** Of a table of runs. */
export const columns = [
  ...["run", "window", "metric", "unit", "n", "mean", "sd", "min", "max"],
  ...quantileNames.flatMap((name) => [name, `${name}_low`, `${name}_high`]),
];
/** Whose numbers they are, and by which formula where it is not that of METHODS.md. */
const origin = ["measured_by", "definition"];

/** A row for each metric of each window of each result; rates and shares stand under `mean`. What was not measured is an empty cell. */
export function summariesCsv(results: readonly Printed[]): string {
  const rows = results.flatMap((result) => (isForeign(result) ? foreignRows(result) : ownRows(result)));
  return csvText([...columns, ...origin], rows);
}

function ownRows(summary: PrintedSummary): Cell[][] {
  return windowsOf(summary).flatMap(({ name, window }) =>
    [...rateRows(window), ...metricRows(window)].map((row) => [
      ...filled([summary.run.runName, name, ...row]),
      `inferbench ${summary.run.version}`,
      null,
    ]),
  );
}

/** Another tool's have no intervals, and no windows but the whole. */
function foreignRows(result: ForeignResult): Cell[][] {
  const { name, measuredBy, metrics, goodPerS } = result;
  const rates = rateRows({ ...result, goodput: null });
  if (goodPerS !== null) rates.push(["goodRequests", "req/s", null, goodPerS]);
  return [
    ...rates.map((row) => [...filled([name, "whole", ...row]), measuredBy, null]),
    ...metrics.map((metric) => [
      ...filled([name, "whole", ...foreignCells(metric)]),
      measuredBy,
      metric.definition,
    ]),
  ];
}

function foreignCells({ name, unit, n, mean, sd, min, max, quantiles }: ForeignMetric): Cell[] {
  const values = quantileNames.flatMap((quantile) => [
    quantiles[quantile as keyof typeof quantiles] ?? null,
    null,
    null,
  ]);
  return [name, unit, n, mean, sd, min, max, ...values];
}

function filled(cells: readonly Cell[]): Cell[] {
  return columns.map((_, i) => cells[i] ?? null);
}

function rateRows({
  durationS,
  requests,
  requestThroughputPerS,
  outputThroughputPerS,
  goodput,
  cost,
}: Pick<
  PrintedWindow,
  "durationS" | "requestThroughputPerS" | "outputThroughputPerS" | "goodput" | "cost"
> & { requests: Omit<PrintedWindow["requests"], "censored"> }): Cell[][] {
  const rows: Cell[][] = [
    ["duration", "s", null, durationS],
    ["requestsSucceeded", "requests", requests.total, requests.succeeded],
    ["requestsFailed", "requests", requests.total, requests.failed],
    ["requestThroughput", "req/s", null, requestThroughputPerS],
    ["outputThroughput", "tok/s", null, outputThroughputPerS],
  ];
  if (goodput !== null) rows.push(["goodput", "share", requests.total, goodput.fraction]);
  if (cost !== null) rows.push(["costPerMOutputTokens", "USD", null, cost.usdPerMOutputTokens]);
  return rows;
}

function metricRows({ metrics }: PrintedWindow): Cell[][] {
  return Object.entries(metrics).map(([id, metric]) => {
    if (metric === null) return [id, null, 0];
    return [id, metric.unit, ...metricCells(metric)];
  });
}

/** What follows a metric's unit. */
export function metricCells({ n, mean, sd, min, max, quantiles }: PrintedMeasured): Cell[] {
  const bounds = quantileNames.flatMap((name) => {
    const { value = null, low = null, high = null } = quantiles[name] ?? {};
    return [value, low, high];
  });
  return [n, mean, sd, min, max, ...bounds];
}
