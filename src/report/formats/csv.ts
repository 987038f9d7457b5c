import { type Cell, csvText } from "../../results/csv.ts";
import type { ForeignMetric, ForeignResult } from "../foreign/result.ts";
import { quantileNames, type ShownDistribution } from "../saved-distribution.ts";
import { isForeign, type Printed } from "./printed.ts";
import { type PrintedSummary, type PrintedWindow, windowsOf } from "./saved-summary.ts";

/** Of a table of runs. */
export const columns = [
  ...["run", "window", "metric", "unit", "n", "mean", "sd", "min", "max"],
  ...quantileNames.flatMap((name) => [name, `${name}_low`, `${name}_high`]),
  // How many of n were unfinished, and which figures are only lower bounds for it: `mean p99 max`.
  ...["censored", "lower_bounds"],
];
/** The 95 % interval of what stands under `mean`. */
export const meanColumns = ["mean_low", "mean_high"];
/**
 * Whose numbers they are, by which formula where it is not that of METHODS.md, whether the run came to its end, what it says of its client,
 * and the interval above.
 */
const origin = ["measured_by", "definition", "status", "client", ...meanColumns];

/** A row for each metric of each window, and of each of several models, of each result; rates and shares stand under `mean`. What was not measured is an empty cell. */
export function summariesCsv(results: readonly Printed[]): string {
  const rows = results.flatMap((result) =>
    isForeign(result) ? foreignRows(result).map((row) => [...row, null]) : ownRows(result),
  );
  return csvText([...columns, ...origin, "model"], rows);
}

/** Of its windows, and of each of several models over the whole run. */
function ownRows(summary: PrintedSummary): Cell[][] {
  const { whole, models } = summary;
  const groups = [
    ...windowsOf(summary).map(({ name, window }) => ({ name, model: null, figures: window })),
    ...(whole === null ? [] : (models ?? [])).map((figures) => ({
      name: "whole" as const,
      model: figures.model,
      figures: { ...figures, durationS: whole!.durationS, cost: null },
    })),
  ];
  return groups.flatMap(({ name, model, figures }) =>
    [...rateRows(figures), ...metricRows(figures)].map((row) => [
      ...filled([summary.run.runName, name, ...row]),
      `inferbench ${summary.run.version}`.trim(),
      null,
      statusOf(summary),
      summary.validity?.verdict ?? null,
      ...meanBounds(String(row[0]), figures),
      model,
    ]),
  );
}

/** What another tool's results do not say, from `definition` on. */
const NOT_KNOWN: readonly Cell[] = origin.slice(1).map(() => null);

function meanBounds(id: string, { goodput, metrics }: Pick<PrintedWindow, "goodput" | "metrics">): Cell[] {
  if (id === "goodput") return [goodput?.low ?? null, goodput?.high ?? null];
  const { meanLow = null, meanHigh = null } = metrics[id] ?? {};
  return [meanLow, meanHigh];
}

function statusOf({ run, validity }: PrintedSummary): string {
  if (validity === null) return "incomplete";
  return run.interrupted ? "interrupted" : "complete";
}

/** Another tool's have no intervals, and no windows but the whole. */
function foreignRows(result: ForeignResult): Cell[][] {
  const { name, measuredBy, metrics, goodPerS } = result;
  const rates = rateRows({ ...result, goodput: null });
  if (goodPerS !== null) rates.push(["goodRequests", "req/s", null, goodPerS]);
  return [
    ...rates.map((row) => [...filled([name, "whole", ...row]), measuredBy, ...NOT_KNOWN]),
    ...metrics.map((metric) => [
      ...filled([name, "whole", ...foreignCells(metric)]),
      measuredBy,
      metric.definition,
      ...NOT_KNOWN.slice(1),
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

/** Cells in all of `columns`. */
export function filled(cells: readonly Cell[]): Cell[] {
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
> & {
  requests: Pick<PrintedWindow["requests"], "total" | "succeeded" | "failed"> & { censored?: number };
}): Cell[][] {
  const rows: Cell[][] = [
    ["duration", "s", null, durationS],
    ["requestsSucceeded", "requests", requests.total, requests.succeeded],
    ["requestsFailed", "requests", requests.total, requests.failed - (requests.censored ?? 0)],
    ["requestThroughput", "req/s", null, requestThroughputPerS],
    ["outputThroughput", "tok/s", null, outputThroughputPerS],
  ];
  if (requests.censored !== undefined)
    rows.push(["requestsUnfinished", "requests", requests.total, requests.censored]);
  if (goodput !== null) rows.push(["goodput", "share", requests.total, goodput.fraction]);
  if (cost !== null) rows.push(["costPerMOutputTokens", "USD", null, cost.usdPerMOutputTokens]);
  return rows;
}

function metricRows({ metrics }: Pick<PrintedWindow, "metrics">): Cell[][] {
  return Object.entries(metrics).map(([id, metric]) => {
    if (metric === null) return [id, null, 0];
    return [id, metric.unit, ...metricCells(metric)];
  });
}

/** What follows a metric's unit. */
export function metricCells(metric: ShownDistribution): Cell[] {
  const { n, censored, mean, sd, min, max, quantiles } = metric;
  const bounds = quantileNames.flatMap((name) => {
    const { value = null, low = null, high = null } = quantiles[name] ?? {};
    return [value, low, high];
  });
  return [n, mean, sd, min, max, ...bounds, censored, lowerBoundsOf(metric).join(" ")];
}

function lowerBoundsOf({ meanIsLowerBound, maxIsLowerBound, quantiles }: ShownDistribution): string[] {
  return [
    ...(meanIsLowerBound ? ["mean"] : []),
    ...quantileNames.filter((name) => quantiles[name]?.isLowerBound),
    ...(maxIsLowerBound ? ["max"] : []),
  ];
}
