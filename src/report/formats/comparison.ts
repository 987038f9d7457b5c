import { formatNumber } from "../../core/units.ts";
import {
  COMPARED,
  DIFFERENCE_NOTE,
  differenceRows,
  differenceText,
  FOREIGN_NOTE,
  noiseText,
} from "../differences.ts";
import { measured } from "../numbers.ts";
import { inline, quantileText, row } from "./markdown-text.ts";
import { isForeign, type Printed } from "./printed.ts";
import type { PrintedSummary } from "./saved-summary.ts";

/** Several results side by side, a row each; of runs of ours their steady window where there is one. */
export function comparisonMarkdown(results: readonly Printed[]): string[] {
  const quantiles = COMPARED.flatMap(([name]) => [`${name} p50, ms`, "p99"]);
  const head = ["", "measured by", "succeeded", "req/s", "tok/s", ...quantiles, "$/M tokens"];
  const notes = results.some(isForeign)
    ? ["", `> note: ${FOREIGN_NOTE} Each one's formulas stand below.`]
    : [];
  return [
    "## Comparison",
    "",
    row(head),
    row(head.map((_, i) => (i < 2 ? "---" : "---:"))),
    ...results.map((result) => row(cellsOf(result))),
    ...notes,
    ...differences(results),
  ];
}

function differences(results: readonly Printed[]): string[] {
  const own = results.flatMap((result) => (isForeign(result) ? [] : [result]));
  const [first, ...others] = own.map(({ run }) => inline(run.runName));
  const rows = differenceRows(own.map(({ steady, whole }) => steady ?? whole));
  if (first === undefined || rows.length === 0) return [];
  return [
    "",
    `### Differences from ${first}`,
    "",
    row(["", ...others]),
    row(["---", ...others.map(() => "---:")]),
    ...rows.map((one) =>
      row([
        one.name,
        ...one.differences.map((cell) =>
          cell === null ? "-" : `${differenceText(cell.of)}, ${noiseText(cell.of)}`,
        ),
      ]),
    ),
    "",
    `> note: ${DIFFERENCE_NOTE}`,
  ];
}

function cellsOf(result: Printed): string[] {
  const of = isForeign(result) ? foreignFigures(result) : ownFigures(result);
  const name = isForeign(result) ? result.name : result.run.runName;
  const by = isForeign(result)
    ? result.measuredBy
    : `inferbench ${result.run.version}${result.validity === null ? ", incomplete" : ""}`;
  const { requests = null, requestThroughputPerS = null, outputThroughputPerS = null } = of.window ?? {};
  return [
    inline(name),
    inline(by),
    requests === null ? "-" : `${formatNumber(requests.succeeded)} of ${formatNumber(requests.total)}`,
    measured(requestThroughputPerS),
    measured(outputThroughputPerS),
    ...COMPARED.flatMap(([, id]) => (["p50", "p99"] as const).map((quantile) => of.text(id, quantile))),
    measured(of.window?.cost?.usdPerMOutputTokens),
  ];
}

function ownFigures({ steady, whole }: PrintedSummary) {
  const window = steady ?? whole;
  return {
    window,
    text(id: string, quantile: string): string {
      const metric = window?.metrics[id] ?? null;
      return metric === null ? "-" : quantileText(metric, quantile);
    },
  };
}

function foreignFigures(result: Extract<Printed, { measuredBy: string }>) {
  return {
    window: result,
    text: (id: string, quantile: "p50" | "p99") =>
      measured(result.metrics.find(({ nearest }) => nearest === id)?.quantiles[quantile]),
  };
}
