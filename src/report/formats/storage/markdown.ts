import { formatBytes, formatDuration, formatNumber } from "../../../core/units.ts";
import { gateMarkdown } from "../../gate-text.ts";
import { counted, intervalText, measured, percent, percentBeside } from "../../numbers.ts";
import { quantileNames } from "../../saved-distribution.ts";
import { inline, meanText, quantileText, row, warningMarkdown } from "../markdown-text.ts";
import { type StorageSummaryFile, storageMetrics } from "./saved-summary.ts";

/** Storage runs as GitHub's Markdown: a heading, a table of times, verdict and warnings for each. */
export function storageMarkdown(summaries: readonly StorageSummaryFile[]): string {
  return summaries.map(markdownOf).join("\n\n");
}

function markdownOf(summary: StorageSummaryFile): string {
  const { run, steps, loader, windowS, throughput, compute, jitterMs, validity, gates, warnings } = summary;
  const facts = [
    run.startedAt,
    run.dataRoot,
    run.layout,
    `gbs ${steps.globalBatchSize}, mbs ${steps.microbatchSize}`,
    `${counted(loader.workers, "worker")}, each ${loader.prefetchDepth} ahead`,
    `seed ${run.seed}`,
    `inferbench ${run.version}`,
  ];
  const rates = [
    `${formatNumber(steps.done)} of ${formatNumber(steps.asked)} steps`,
    ...(windowS === null ? [] : [`in ${formatDuration(1000 * windowS)}`]),
    ...(throughput === null ? [] : [samplesText(throughput), `${formatBytes(throughput.bytesPerS)}/s`]),
    ...(compute.au === null ? [] : [`AU ${percent(compute.au)}`]),
    ...(compute.nullSourceAu === null ? [] : [`null source ${percent(compute.nullSourceAu)}`]),
    ...(jitterMs === null ? [] : [`jitter ${formatDuration(jitterMs)}`]),
  ];
  const verdict =
    validity.verdict === "fit"
      ? "Harness: fit"
      : `**Harness: ${validity.verdict}**: ${validity.reasons.map(inline).join(", ")}`;
  return [
    `## ${inline(run.runName)}`,
    "",
    facts.map(inline).join(" · "),
    "",
    ...(summary.wasKilled || steps.done < steps.asked
      ? ["**Incomplete**: what follows covers the steps until then.", ""]
      : []),
    rates.join(" · "),
    "",
    ...acceleratorLines(summary),
    row(["", "n", "mean", ...quantileNames]),
    row(["---", ...["n", "mean", ...quantileNames].map(() => "---:")]),
    ...timeRows(summary),
    "",
    verdict,
    ...gates.flatMap((gate) => ["", gateMarkdown(gate)]),
    ...warnings.flatMap((warning) => ["", warningMarkdown(warning)]),
  ].join("\n");
}

function samplesText({
  samplesPerS,
  samplesPerSLow: low,
  samplesPerSHigh: high,
}: NonNullable<StorageSummaryFile["throughput"]>): string {
  return `${measured(samplesPerS)} samples/s${intervalText(low, high)}`;
}

function acceleratorLines({ accelerators }: StorageSummaryFile): string[] {
  if (accelerators === null) return [];
  const { found, leastAu, trials } = accelerators;
  const each = trials
    .map(({ accelerators: n, au }) => `with ${formatNumber(n)} ${percentBeside(au, leastAu)}`)
    .join(", ");
  const fed = found === null ? "not confirmed:" : counted(found, "accelerator");
  return [`Feeds ${fed} at an AU of at least ${percent(leastAu)}: ${each}`, ""];
}

function timeRows({ metrics }: StorageSummaryFile): string[] {
  return storageMetrics.flatMap(([id, name]) => {
    const metric = metrics[id];
    if (metric === null) return [];
    const quantiles = quantileNames.map((quantile) => quantileText(metric, quantile));
    return [row([`${name}, ms`, formatNumber(metric.n), meanText(metric), ...quantiles])];
  });
}
