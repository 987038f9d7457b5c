import type { QuantileName } from "../analysis/describe.ts";
import { metricTable } from "../benchmarks/serving/metric-table.ts";
import type { RequestCounts, ServingSummary, WindowSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import { clientLines } from "./client-text.ts";
import { efficiencyLines } from "./efficiency-text.ts";
import { filledLines } from "./filled-lines.ts";
import { gateLine } from "./gate-text.ts";
import { gpuLines } from "./gpu-lines.ts";
import { modelTable } from "./model-text.ts";
import { measured, measuredOrMore } from "./numbers.ts";
import { serverMetricsLines } from "./server-metrics-lines.ts";
import { tokenLines } from "./serving-tokens-text.ts";
import { stallLines, steadinessLines, untilLines } from "./serving-window-text.ts";
import { sessionLines, turnTable } from "./session-text.ts";
import { textTable } from "./text-table.ts";

const QUANTILE_COLUMNS: readonly QuantileName[] = ["p50", "p90", "p95", "p99", "p99.9"];
/** Rows of the second, shorter table. */
const STEADY_ROWS = new Set(["ttft", "ttftFromIntended", "tpot", "itl", "e2el"]);
/** Rows of the first table: the others are in summary.json. */
const WHOLE_ROWS = new Set([...STEADY_ROWS, "ttfa", "icl", "longestStall", "e2elFromIntended", "lateness"]);

/** A serving run at a glance, in 80 columns. `heading` lines say what was run. */
export function servingText(summary: ServingSummary, heading: readonly string[]): string {
  const { whole, steady } = summary;
  if (whole === null) return [...heading, "", "No request was sent."].join("\n");
  const lines = [...heading, "", `Requests    ${countsText(whole.requests)}`];
  if (summary.sessions !== null) lines.push(...sessionLines(summary.sessions));
  if (summary.warmup.total > 0) lines.push(`Warm-up     ${countsText(summary.warmup)}, not counted`);
  lines.push("", ...throughputTable(summary, whole, steady));
  lines.push(
    ...stallLines(whole),
    ...steadinessLines(steady),
    ...untilLines(summary),
    ...verdictLines(summary),
  );
  lines.push("", ...latencyTable("Whole run, ms", whole, WHOLE_ROWS));
  if (summary.models !== null) lines.push("", ...modelTable(summary.models));
  if (summary.sessions !== null) lines.push("", ...turnTable(summary.sessions));
  if (steady !== null) lines.push("", ...latencyTable("Steady window, ms", steady, STEADY_ROWS));
  lines.push(...efficiencyLines(summary), "", ...notes(summary, whole, steady));
  return lines.join("\n");
}

function countsText(counts: RequestCounts): string {
  const parts = [`${formatNumber(counts.total)} due`, `${formatNumber(counts.succeeded)} ok`];
  const failed = counts.failed - counts.censored;
  const classes = Object.entries(counts.byClass)
    .filter(([name]) => name !== "aborted")
    .map(([name, n]) => `${name} ${formatNumber(n)}`);
  parts.push(`${formatNumber(failed)} failed${classes.length > 0 ? ` (${classes.join(", ")})` : ""}`);
  if (counts.censored > 0) parts.push(`${formatNumber(counts.censored)} unfinished`);
  return parts.join(" · ");
}

function throughputTable(
  summary: ServingSummary,
  whole: WindowSummary,
  steady: WindowSummary | null,
): string[] {
  const both = (name: string, unit: string, of: (w: WindowSummary) => number) => [
    name,
    `${measured(of(whole))} ${unit}`,
    ...(steady === null ? [] : [`${measured(of(steady))} ${unit}`]),
  ];
  const rows = [
    ["", "whole run", ...(steady === null ? [] : ["steady window"])],
    both("Duration", "s", (w) => w.durationS),
    both("Request throughput", "req/s", (w) => w.requestThroughputPerS),
    both("Output throughput", "tok/s", (w) => w.outputThroughputPerS),
  ];
  const { askedRatePerS, plannedRatePerS, achievedRatePerS, peakInFlight } = summary.load;
  const rates = [
    ["asked", askedRatePerS],
    ["planned", plannedRatePerS],
    ["sent", achievedRatePerS],
  ] as const;
  const known = rates.filter(([, perS]) => perS !== null).map(([name, perS]) => `${name} ${measured(perS)}`);
  const unit = summary.sessions === null ? "req/s" : "sessions/s";
  const perS = known.length > 0 ? [`${known.join(", ")} ${unit}`] : [];
  const load = [...perS, `at most ${formatNumber(peakInFlight)} in flight`].join(" · ");
  return [...textTable(rows), `Load        ${load}`, ...arrivalLines(summary)];
}

function latencyTable(title: string, window: WindowSummary, shown: ReadonlySet<string>): string[] {
  const rows = [[title, "n", "mean", ...QUANTILE_COLUMNS]];
  for (const { id, name } of metricTable) {
    const metric = window.metrics[id];
    if (!shown.has(id) || isRepeated(id, window)) continue;
    if (!metric) {
      rows.push([name, "0", "-", ...QUANTILE_COLUMNS.map(() => "-")]);
      continue;
    }
    const quantiles = QUANTILE_COLUMNS.map((q) => {
      const { value, isLowerBound, small } = metric.quantiles[q];
      // A lower bound says enough of itself, and 80 columns hold one mark.
      return `${measuredOrMore(value, isLowerBound)}${small && !isLowerBound ? "*" : ""}`;
    });
    const mean = measuredOrMore(metric.mean, metric.meanIsLowerBound);
    rows.push([name, formatNumber(metric.n), mean, ...quantiles]);
  }
  return textTable(rows);
}

/** TTFA says nothing new where every first token is an answer's, nor ICL where every chunk is a token. */
function isRepeated(id: string, { metrics }: WindowSummary): boolean {
  const twin = { ttfa: "ttft", icl: "itl" }[id];
  return (
    twin !== undefined && metrics[id]?.mean === metrics[twin]?.mean && metrics[id]?.n === metrics[twin]?.n
  );
}

function notes(summary: ServingSummary, whole: WindowSummary, steady: WindowSummary | null): string[] {
  const lines: string[] = [];
  const groups = [whole, steady, ...(summary.models ?? [])];
  const cells = groups.flatMap((group) => Object.values(group?.metrics ?? {}));
  if (cells.some((metric) => metric !== null && Object.values(metric.quantiles).some(({ small }) => small))) {
    lines.push("* n is too small to trust this quantile (n < 5/(1-q))");
  }
  const isOpen = (metric: NonNullable<(typeof cells)[number]>) =>
    metric.meanIsLowerBound || Object.values(metric.quantiles).some(({ isLowerBound }) => isLowerBound);
  if (cells.some((metric) => metric !== null && isOpen(metric))) {
    lines.push("≥ a lower bound: requests were unfinished when the run ended");
  }
  const ttft = (steady ?? whole).metrics.ttft;
  if (ttft) {
    const interval = (q: QuantileName) => {
      const { low, high } = ttft.quantiles[q];
      const bound = (value: number | null) => (value === null ? "?" : measured(value));
      return `${q} ${bound(low)} to ${bound(high)}`;
    };
    lines.push(`TTFT, 95 % intervals, ms: ${interval("p50")} · ${interval("p95")} · ${interval("p99")}`);
  }
  lines.push(...tokenLines(summary.tokens));
  lines.push(...gpuLines(summary.gpu), ...serverMetricsLines(summary));
  lines.push("", ...clientLines(summary, summary.load.workers));
  return lines;
}

/** Goodput and gates, over the steady window where there is one. */
function verdictLines({ steady, whole, gates, slos }: ServingSummary): string[] {
  const lines: string[] = [];
  const goodput = (steady ?? whole)?.goodput;
  if (slos !== null && goodput) {
    const { fraction, low, high, total, perS, missed, isMet } = goodput;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const verdict = isMet === null ? "" : isMet ? " · SLO met" : " · SLO MISSED";
    lines.push(
      `Goodput     ${percent(fraction)} [${percent(low)} to ${percent(high)}] of ${formatNumber(total)} · ${measured(perS)} req/s${verdict}`,
    );
    const limits = slos.slos.map(
      ({ name, limitMs }) => `${name} ≤ ${formatDuration(limitMs)}: ${formatNumber(missed[name]!)}`,
    );
    const ends = [
      `failed: ${formatNumber(missed.failed!)}`,
      ...(missed.unfinished! > 0 ? [`unfinished: ${formatNumber(missed.unfinished!)}`] : []),
    ];
    const [first = "", ...others] = [...limits, ...ends];
    lines.push(...filledLines([`  missed    ${first}`, ...others], " · ", " ".repeat(12)));
  }
  return [...lines, ...gates.map(gateLine)];
}

/** Whether the sends were what the process says. */
function arrivalLines({ load }: ServingSummary): string[] {
  const sent = load.arrivals?.sent;
  if (!sent || sent.ksPValue === null) return [];
  const p = sent.ksPValue < 0.001 ? "< 0.001" : sent.ksPValue.toFixed(3);
  const { dispersion } = sent;
  const spread =
    dispersion === null
      ? ""
      : ` · dispersion ${measured(dispersion.index)} (expected ${measured(dispersion.low)} to ${measured(dispersion.high)})`;
  return [`Sent gaps   KS p ${p}${spread}`];
}
