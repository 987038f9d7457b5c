import { formatNumber } from "../core/units.ts";
import { COMPARED, differenceLines, differenceRows, FOREIGN_NOTE } from "./differences.ts";
import type { ComparedRun } from "./html/serving/page-run.ts";
import { verdictWord } from "./html/serving/verdict.ts";
import { measured } from "./numbers.ts";
import { markNotes, quantileText } from "./quantile-marks.ts";
import { runTable } from "./run-table.ts";
import type { SavedMetric, SavedWindow } from "./saved-summary.ts";
import { COLUMNS, wrapped } from "./wrapped.ts";

/** The differences of more runs than these would be no short text. */
const MOST_DIFFERENCES = 8;
const QUANTILES = ["p50", "p99"] as const;

/**
 * Serving runs, other tools' results among them, beside one another, a row each, over the steady window where there is one; and how far each
 * run of ours is from the first of ours: text of 80 columns.
 */
export function servingComparisonText(runs: readonly ComparedRun[]): string {
  return [
    ...runTable(loadRows(runs)),
    "",
    ...latencyLines(runs),
    wrapped(windowNote(runs), COLUMNS),
    ...foreignLines(runs),
    ...differences(runs.filter(({ measuredBy }) => measuredBy === null)),
  ].join("\n");
}

function windowOf({ steady, whole }: ComparedRun): SavedWindow | null {
  return steady ?? whole;
}

function windowNote(runs: readonly ComparedRun[]): string {
  const whole = runs.filter(({ steady }) => steady === null).map(({ run }) => run.name);
  if (whole.length === runs.length) return "Over the whole run.";
  return `Over the steady window${whole.length === 0 ? "" : `; over the whole run of ${whole.join(", ")}`}.`;
}

/** Whose numbers other tools' are. */
function foreignLines(runs: readonly ComparedRun[]): string[] {
  const foreign = runs.flatMap(({ run, measuredBy }) =>
    measuredBy === null ? [] : [{ ...measuredBy, run }],
  );
  if (foreign.length === 0) return [];
  const tools = [...Map.groupBy(foreign, ({ tool }) => tool)].map(
    ([tool, of]) => `${of.map(({ run }) => run.name).join(", ")}: measured by ${tool}`,
  );
  return ["", ...[...tools, `note: ${FOREIGN_NOTE}`].map((line) => wrapped(line, COLUMNS))];
}

function loadRows(runs: readonly ComparedRun[]): string[][] {
  const hasCost = runs.some((run) => windowOf(run)?.cost);
  const head = ["", "succeeded", "req/s", "tok/s", ...(hasCost ? ["$/M tok"] : []), "verdict"];
  const rows = runs.map((run) => {
    const window = windowOf(run);
    const { requests = null, cost = null } = window ?? {};
    return [
      run.run.name,
      requests === null ? "-" : `${formatNumber(requests.succeeded)} of ${formatNumber(requests.total)}`,
      measured(window?.requestThroughputPerS),
      measured(window?.outputThroughputPerS),
      ...(hasCost ? [measured(cost?.usdPerMOutputTokens)] : []),
      verdictWord(run).text,
    ];
  });
  return [head, ...rows];
}

/** p50 and p99 of the latencies that some run has, and what their marks mean. */
function latencyLines(runs: readonly ComparedRun[]): string[] {
  const shown = COMPARED.filter(([, id]) => runs.some((run) => windowOf(run)?.metrics[id]));
  const cells = runs.map((run) => shown.map(([, id]) => endsOf(windowOf(run)?.metrics[id] ?? null)));
  const rows = cells.map((of, i) => [
    runs[i]!.run.name,
    ...of.flatMap((metric) => QUANTILES.map((q) => (metric === null ? "-" : quantileText(metric, q)))),
  ]);
  return [
    ...runTable([
      ["ms", ...shown.flatMap(([name]) => [name, ""])],
      ["", ...shown.flatMap(() => QUANTILES)],
      ...rows,
    ]),
    ...markNotes(cells.flat().filter((metric) => metric !== null)),
  ];
}

/** Of a metric only what is shown. */
function endsOf(metric: SavedMetric | null): SavedMetric | null {
  if (metric === null) return null;
  const quantiles = Object.fromEntries(QUANTILES.map((q) => [q, metric.quantiles[q] ?? null]));
  return { ...metric, meanIsLowerBound: false, quantiles };
}

function differences(runs: readonly ComparedRun[]): string[] {
  const rows = differenceRows(runs.map(windowOf));
  const [first, ...others] = runs.map(({ run }) => run.name);
  if (first === undefined || rows.length === 0) return [];
  if (runs.length > MOST_DIFFERENCES)
    return [
      "",
      wrapped(
        `How each of ${runs.length} runs differs from ${first} is on the page (--html) and in --format md.`,
        COLUMNS,
      ),
    ];
  const figuresOf = (i: number) =>
    rows.flatMap(({ name, differences: found }) => {
      const one = found[i] ?? null;
      return one === null ? [] : [{ name, of: one.of }];
    });
  return [
    "",
    ...differenceLines(
      first,
      others.map((name, i) => ({ name, figures: figuresOf(i) })),
    ),
  ];
}
