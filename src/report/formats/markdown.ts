import { metricTable } from "../../benchmarks/serving/metric-table.ts";
import { formatDuration, formatNumber } from "../../core/units.ts";
import { gateMarkdown } from "../gate-text.ts";
import { countText, measured } from "../numbers.ts";
import { quantileNames } from "../saved-distribution.ts";
import { comparisonMarkdown } from "./comparison.ts";
import { foreignMarkdown } from "./foreign-markdown.ts";
import { inline, markNotes, meanText, quantileText, row, warningMarkdown } from "./markdown-text.ts";
import { modelLines } from "./model-markdown.ts";
import { isForeign, type Printed } from "./printed.ts";
import { type PrintedSummary, type PrintedWindow, windowsOf } from "./saved-summary.ts";

/** Results as GitHub's Markdown: several side by side, then a heading, a table a window, verdicts and warnings for each. */
export function summariesMarkdown(results: readonly Printed[]): string {
  const texts = results.map((result) => (isForeign(result) ? foreignMarkdown(result) : markdownOf(result)));
  return [...(results.length > 1 ? [comparisonMarkdown(results).join("\n")] : []), ...texts].join("\n\n");
}

function markdownOf(summary: PrintedSummary): string {
  const { run, validity, gates, warnings } = summary;
  const facts = [
    run.startedAt,
    run.endpoint,
    run.backend,
    run.model || "(model not named)",
    run.seed === null ? "" : `seed ${run.seed}`,
    `inferbench ${run.version}`.trim(),
  ].filter((fact) => fact !== "");
  const verdict =
    validity === null
      ? "Client: not known"
      : validity.verdict === "fit"
        ? "Client: fit"
        : `**Client: ${validity.verdict}**: ${validity.reasons.join(", ")}`;
  const lines = [`## ${inline(run.runName)}`, "", facts.map(inline).join(" · "), ""];
  if (validity === null)
    lines.push(
      "**Incomplete**: the run did not come to its end. What follows was computed from the records that it left.",
      "",
    );
  if (run.interrupted) lines.push("**Interrupted**: what follows covers the time until then.", "");
  for (const { name, window } of windowsOf(summary)) lines.push(...windowLines(name, window), "");
  if (summary.models !== null) lines.push(...modelLines(summary.models), "");
  lines.push(inline(verdict), ...gates.flatMap((gate) => ["", gateMarkdown(gate)]));
  lines.push(...warnings.flatMap((warning) => ["", warningMarkdown(warning)]));
  return lines.join("\n");
}

function windowLines(name: "whole" | "steady", window: PrintedWindow): string[] {
  const { durationS, requests, requestThroughputPerS, outputThroughputPerS, goodput, cost } = window;
  const parts = [
    `${formatNumber(requests.succeeded)} of ${formatNumber(requests.total)} requests succeeded`,
    `${measured(requestThroughputPerS)} req/s`,
    `${measured(outputThroughputPerS)} tok/s`,
    ...(goodput === null
      ? []
      : [
          `goodput ${(100 * goodput.fraction).toFixed(1)} % [${(100 * goodput.low).toFixed(1)} to ${(100 * goodput.high).toFixed(1)}]`,
        ]),
    ...(cost === null ? [] : [`$${measured(cost.usdPerMOutputTokens)} per million output tokens`]),
  ];
  const title = name === "whole" ? "Whole run" : "Steady window";
  const rows = metricTable.flatMap(({ id, name: metricName }) => {
    const metric = window.metrics[id];
    if (!metric) return [];
    const quantiles = quantileNames.map((quantile) => quantileText(metric, quantile));
    return [
      [
        metric.unit === "ms" ? `${metricName}, ms` : metricName,
        countText(metric.n),
        meanText(metric),
        ...quantiles,
      ],
    ];
  });
  return [
    `### ${title}, ${formatDuration(1000 * durationS)}`,
    "",
    parts.join(" · "),
    "",
    row(["", "n", "mean", ...quantileNames]),
    row(["---", ...["n", "mean", ...quantileNames].map(() => "---:")]),
    ...rows.map(row),
    ...markNotes(Object.values(window.metrics).filter((metric) => metric !== null)).flatMap((line) => [
      "",
      line,
    ]),
  ];
}
