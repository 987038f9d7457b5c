import { formatDuration, formatNumber } from "../../core/units.ts";
import type { ForeignMetric, ForeignResult } from "../foreign/result.ts";
import { measured } from "../numbers.ts";
import { quantileNames } from "../saved-distribution.ts";
import { inline, row } from "./markdown-text.ts";

/** Another tool's result: whose numbers these are, its own terms with their formulas, and where they differ from ours. */
export function foreignMarkdown(result: ForeignResult): string {
  const { name, measuredBy, durationS, metrics, notes } = result;
  const facts = [`**Measured by ${inline(measuredBy)}**`, ...factsOf(result).map(inline)];
  const lines = [
    `## ${inline(name)}`,
    "",
    facts.join(" · "),
    "",
    `### Whole run, ${formatDuration(1000 * durationS)}`,
    "",
    totalsOf(result).join(" · "),
  ];
  if (metrics.length > 0)
    lines.push(
      "",
      row(["", "n", "mean", ...quantileNames]),
      row(["---", ...["n", "mean", ...quantileNames].map(() => "---:")]),
      ...metrics.map((metric) => row(cellsOf(metric))),
      "",
      ...metrics.map((metric) => `- ${metric.name}: ${inline(metric.definition)}`),
    );
  return [...lines, ...notes.flatMap((note) => ["", `> note: ${inline(note)}`])].join("\n");
}

function factsOf({ startedAt, backend, model, load }: ForeignResult): string[] {
  const { askedRatePerS, concurrency } = load;
  const asked = askedRatePerS === null ? [] : [`${measured(askedRatePerS)} req/s asked for`];
  const cap = concurrency === null ? [] : [`at most ${concurrency} in flight`];
  return [startedAt, backend, model, ...asked, ...cap].filter((fact) => fact !== null);
}

function totalsOf(result: ForeignResult): string[] {
  const { requests, requestThroughputPerS, outputThroughputPerS, goodPerS, cost } = result;
  return [
    `${formatNumber(requests.succeeded)} of ${formatNumber(requests.total)} requests succeeded`,
    `${measured(requestThroughputPerS)} req/s`,
    `${measured(outputThroughputPerS)} tok/s`,
    ...(goodPerS === null ? [] : [`${measured(goodPerS)} good req/s`]),
    ...(cost === null ? [] : [`$${measured(cost.usdPerMOutputTokens)} per million output tokens`]),
  ];
}

function cellsOf({ name, unit, n, mean, quantiles }: ForeignMetric): string[] {
  const count = n === null ? "-" : formatNumber(n);
  return [
    `${name}, ${unit}`,
    count,
    measured(mean),
    ...quantileNames.map((quantile) => measured(quantiles[quantile as keyof typeof quantiles])),
  ];
}
