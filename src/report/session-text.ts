import type { SessionFigures, TurnFigures } from "../benchmarks/serving/summary-shape.ts";
import { formatNumber } from "../core/units.ts";
import { measured } from "./numbers.ts";
import { textTable } from "./text-table.ts";

/** What became of the sessions: two lines of at most 80 columns. */
export function sessionLines({ started, completed, brokenOff, cutOff, turns }: SessionFigures): string[] {
  const unsent = [
    ...(turns.unsentAfterFailure > 0 ? [`${formatNumber(turns.unsentAfterFailure)} after failures`] : []),
    ...(turns.unsentAtEnd > 0 ? [`${formatNumber(turns.unsentAtEnd)} at the end`] : []),
  ];
  return [
    `Sessions    ${formatNumber(started)} begun · ${formatNumber(completed)} completed · ${formatNumber(brokenOff)} broken off · ${formatNumber(cutOff)} cut off`,
    `Turns       ${formatNumber(turns.due)} of ${formatNumber(turns.planned)} due${unsent.length === 0 ? "" : ` · unsent: ${unsent.join(", ")}`}`,
  ];
}

/** First turns against later ones: what a prefix cache does shows here. */
export function turnTable({ firstTurns, laterTurns }: SessionFigures): string[] {
  const isCacheKnown = firstTurns.cachedShare !== null || laterTurns.cachedShare !== null;
  const row = (name: string, { succeeded, promptTokensMean, cachedShare, ttft }: TurnFigures) => [
    name,
    formatNumber(succeeded),
    measured(promptTokensMean),
    ...(isCacheKnown ? [cachedShare === null ? "-" : `${(100 * cachedShare).toFixed(1)} %`] : []),
    measured(ttft?.mean),
    ...(["p50", "p90", "p99"] as const).map((q) => {
      const quantile = ttft?.quantiles[q];
      return quantile === undefined ? "-" : `${measured(quantile.value)}${quantile.small ? "*" : ""}`;
    }),
  ];
  return textTable([
    [
      "By turn, TTFT in ms",
      "n",
      "prompt tok",
      ...(isCacheKnown ? ["cached"] : []),
      "mean",
      "p50",
      "p90",
      "p99",
    ],
    row("first turns", firstTurns),
    ...(laterTurns.due === 0 ? [] : [row("later turns", laterTurns)]),
  ]);
}
