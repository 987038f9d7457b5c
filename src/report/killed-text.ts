import { metricTable } from "../benchmarks/serving/metric-table.ts";
import { formatNumber } from "../core/units.ts";
import { cautionOf } from "./figures/serving/caution.ts";
import { runFacts } from "./figures/serving/facts.ts";
import { gateLine } from "./gate-text.ts";
import type { ComparedRun } from "./html/serving/page-run.ts";
import { countText, measured, measuredOrMore, percent } from "./numbers.ts";
import { markNotes, quantileText } from "./quantile-marks.ts";
import type { SavedWindow } from "./saved-summary.ts";
import { limitsText } from "./slo-text.ts";
import { textTable } from "./text-table.ts";
import { COLUMNS, wrapped } from "./wrapped.ts";

const QUANTILE_COLUMNS = ["p50", "p90", "p95", "p99"];
const ROWS = new Set(["ttft", "ttftFromIntended", "tpot", "itl", "e2el", "e2elFromIntended"]);

/** A run that left records and no summary, at a glance: what its records say, in 80 columns. */
export function killedText({ run, whole, steady, judged }: ComparedRun): string {
  const facts = runFacts(run.name, run.metadata).map(({ name, value }) => `${name}: ${value}`);
  const caution = cautionOf(run) ?? "There is no summary.json; shown is what the records say";
  const head = [...facts, "", wrapped(`${caution}.`, COLUMNS)];
  if (whole === null) return [...head, "", "No request was sent."].join("\n");
  const windows = steady === null ? [whole] : [whole, steady];
  const notes = markNotes(windows.flatMap(({ metrics }) => Object.values(metrics).flatMap((m) => m ?? [])));
  return [
    ...head,
    "",
    `Requests    ${countsText(whole)}`,
    "",
    ...throughputTable(windows),
    ...goodputLines(windows.at(-1)!, judged?.slos ?? null),
    ...(judged?.gates ?? []).map(gateLine),
    "",
    ...latencyTable("Whole run, ms", whole),
    ...(steady === null ? [] : ["", ...latencyTable("Steady window, ms", steady)]),
    "",
    ...notes,
    "Client      not known: the run did not come to its end",
  ].join("\n");
}

function countsText({ requests: { total, succeeded, failed, censored } }: SavedWindow): string {
  const counts = [
    `${formatNumber(total)} due`,
    `${formatNumber(succeeded)} ok`,
    `${formatNumber(failed - censored)} failed`,
    ...(censored === 0 ? [] : [`${formatNumber(censored)} unfinished`]),
  ];
  return counts.join(" · ");
}

function throughputTable(windows: readonly SavedWindow[]): string[] {
  const row = (name: string, unit: string, of: (window: SavedWindow) => number | null) => [
    name,
    ...windows.map((window) => `${measured(of(window))} ${unit}`),
  ];
  return textTable([
    ["", ...["whole run", "steady window"].slice(0, windows.length)],
    row("Duration", "s", ({ durationS }) => durationS),
    row("Request throughput", "req/s", (window) => window.requestThroughputPerS),
    row("Output throughput", "tok/s", (window) => window.outputThroughputPerS),
  ]);
}

function goodputLines({ goodput }: SavedWindow, slos: NonNullable<ComparedRun["judged"]>["slos"]): string[] {
  if (goodput === null || slos === null) return [];
  const { fraction, low, high, total, isMet } = goodput;
  const verdict = isMet === null ? "" : isMet ? " · SLO met" : " · SLO MISSED";
  return [
    `Goodput     ${percent(fraction)} [${percent(low)} to ${percent(high)}] of ${countText(total)}${verdict}`,
    `  asked     ${limitsText(slos.slos)}`,
  ];
}

function latencyTable(title: string, { metrics }: SavedWindow): string[] {
  const rows = metricTable.flatMap(({ id, name }) => {
    const metric = metrics[id];
    if (!metric || !ROWS.has(id)) return [];
    const mean = metric.mean === null ? "-" : measuredOrMore(metric.mean, metric.meanIsLowerBound);
    return [[name, countText(metric.n), mean, ...QUANTILE_COLUMNS.map((q) => quantileText(metric, q))]];
  });
  return textTable([[title, "n", "mean", ...QUANTILE_COLUMNS], ...rows]);
}
