import { type Cell, csvText } from "../../results/csv.ts";
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

/** A row for each metric of each window of each run; rates and shares stand under `mean`. What was not measured is an empty cell. */
export function summariesCsv(summaries: readonly PrintedSummary[]): string {
  const rows = summaries.flatMap((summary) =>
    windowsOf(summary).flatMap(({ name, window }) =>
      [...rateRows(window), ...metricRows(window)].map((row) => [summary.run.runName, name, ...row]),
    ),
  );
  return csvText(
    columns,
    rows.map((row) => columns.map((_, i) => row[i] ?? null)),
  );
}

function rateRows({
  durationS,
  requests,
  requestThroughputPerS,
  outputThroughputPerS,
  goodput,
}: PrintedWindow): Cell[][] {
  const rows: Cell[][] = [
    ["duration", "s", null, durationS],
    ["requestsSucceeded", "requests", requests.total, requests.succeeded],
    ["requestsFailed", "requests", requests.total, requests.failed],
    ["requestThroughput", "req/s", null, requestThroughputPerS],
    ["outputThroughput", "tok/s", null, outputThroughputPerS],
  ];
  if (goodput !== null) rows.push(["goodput", "share", requests.total, goodput.fraction]);
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
