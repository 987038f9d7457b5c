import type { Distribution, QuantileName } from "../analysis/describe.ts";
import type { CacheContent } from "../benchmarks/storage/cache-state.ts";
import type { NetworkCounts } from "../benchmarks/storage/remote/network-counts.ts";
import type { StorageSummary } from "../benchmarks/storage/summary-shape.ts";
import { formatBytes, formatNumber } from "../core/units.ts";
import { rankNames } from "../ranks/liveness.ts";
import { gateLine } from "./gate-text.ts";
import { counted, intervalText, measured, percent, percentBeside } from "./numbers.ts";
import { storageEfficiencyLines } from "./storage-efficiency-text.ts";
import { harnessLines, INDENT } from "./storage-harness-text.ts";
import { needSentence, remedyTexts } from "./storage-need.ts";
import { toGpuLines } from "./storage-to-gpu-text.ts";
import { textTable } from "./text-table.ts";
import { warningText } from "./wrapped.ts";

const QUANTILE_COLUMNS: readonly QuantileName[] = ["p50", "p90", "p95", "p99"];

export type StorageStatus = "complete" | "interrupted" | "failed";

/** So much the AU of a source that costs nothing varies from second to second on a quiet machine. */
const NULL_SOURCE_NOISE = 0.005;

const ENDED: Readonly<Record<StorageStatus, string | null>> = {
  complete: null,
  interrupted: "INTERRUPTED",
  failed: "FAILED",
};

/** What a run ends with, in 80 columns. @param heading lines that say what was run */
export function storageTable(
  summary: StorageSummary,
  heading: readonly string[],
  status: StorageStatus,
): string {
  const ended = ENDED[status];
  const cut = ended === null ? [] : ["", `${ended}: what follows covers the steps until then.`];
  return storageText(summary, [...heading, ...cut]);
}

/** summary.txt: the table and the warnings below it. */
export function storageSummaryText(
  summary: StorageSummary,
  heading: readonly string[],
  status: StorageStatus,
): string {
  const warnings = summary.warnings.map((warning) => warningText(warning));
  return `${[storageTable(summary, heading, status), ...warnings].join("\n\n")}\n`;
}

function storageText(summary: StorageSummary, heading: readonly string[]): string {
  if (summary.throughput === null) return [...heading, "", "No step was finished."].join("\n");
  return [
    ...heading,
    "",
    ...throughputLines(summary),
    ...acceleratorLines(summary),
    ...rankLines(summary),
    "",
    ...timesTable(summary),
    "",
    ...readLines(summary),
    ...toGpuLines(summary),
    "",
    ...harnessLines(summary),
    ...storageEfficiencyLines(summary),
    ...needLines(summary),
    ...(summary.gates.length === 0 ? [] : ["", ...summary.gates.map(gateLine)]),
  ].join("\n");
}

function needLines({ need }: StorageSummary): string[] {
  if (!need?.starves) return [];
  return ["", needSentence(need), ...remedyTexts(need).map((text) => `  ${text}`)];
}

function throughputLines({
  steps,
  throughput,
  windowS,
  compute,
  jitterMs,
  metrics,
  ranks,
  lostRanks,
}: StorageSummary): string[] {
  const { samplesPerS, samplesPerSLow: low, samplesPerSHigh: high, bytesPerS } = throughput!;
  const there = ranks?.length ?? 1;
  const of = lostRanks.length === 0 ? "" : ` (of ${there} of ${there + lostRanks.length} ranks)`;
  const warmup = steps.warmup > 0 ? `, after ${formatNumber(steps.warmup)} of warm-up` : "";
  const au = compute.au === null ? "- (no compute)" : percent(compute.au);
  const isDisturbed = (compute.au ?? 0) > (compute.nullSourceAu ?? 1) + NULL_SOURCE_NOISE;
  const disturbed = isDisturbed ? ", disturbed meanwhile" : "";
  const nullAu =
    compute.nullSourceAu === null
      ? ""
      : ` (a source that costs nothing: ${percent(compute.nullSourceAu)}${disturbed})`;
  const stepMean = metrics.stepMs?.mean ?? 0;
  const share =
    jitterMs === null || stepMean === 0 ? "" : `, ${percent(jitterMs / stepMean)} of the mean step`;
  return [
    `Steps       ${formatNumber(steps.done)} of ${formatNumber(steps.asked)} in ${measured(windowS)} s${warmup}`,
    `Throughput  ${measured(samplesPerS)} samples/s${intervalText(low, high)} · ${rate(bytesPerS)}${of}`,
    `AU          ${au}${nullAu}`,
    `Jitter      ${measured(jitterMs)} ms from step to step${share}`,
  ];
}

function acceleratorLines({ accelerators }: StorageSummary): string[] {
  if (accelerators === null) return [];
  const { found, leastAu, trials, runs } = accelerators;
  const last = runs.at(-1);
  const next = [...trials, ...runs]
    .filter((trial) => trial.au < leastAu && trial !== last)
    .sort((a, b) => a.accelerators - b.accelerators)[0];
  const head =
    found === null
      ? `Feeds       not confirmed: the trials' AU of at least ${percent(leastAu)}`
      : `Feeds       ${counted(found, "accelerator")} at an AU of at least ${percent(leastAu)}`;
  const others = [
    ...(last === undefined || found === last.accelerators
      ? []
      : [`in the run ${percentBeside(last.au, leastAu)} with ${formatNumber(last.accelerators)}`]),
    ...(next === undefined
      ? []
      : [`${percentBeside(next.au, leastAu)} with ${formatNumber(next.accelerators)}`]),
  ];
  return [head, ...(others.length === 0 ? [] : [`            AU ${others.join(", ")}`])];
}

function rankLines({ ranks, lostRanks }: StorageSummary): string[] {
  if (ranks === null) return [];
  const speeds = ranks.flatMap(({ rank, host, au, throughput }) =>
    throughput === null ? [] : [{ rank, host, au, samplesPerS: throughput.samplesPerS }],
  );
  const slowest = speeds.reduce((a, b) => (a.samplesPerS <= b.samplesPerS ? a : b));
  const au = slowest.au === null ? "" : `, AU ${percent(slowest.au)}`;
  const who = `rank ${slowest.rank} on ${slowest.host}`;
  const lost =
    lostRanks.length === 0
      ? []
      : [
          ` of ${formatNumber(ranks.length + lostRanks.length)} (${rankNames(lostRanks)} ${lostRanks.length === 1 ? "was" : "were"} lost)`,
        ];
  return [
    `Ranks       ${formatNumber(ranks.length)}${lost.join("")}`,
    `            slowest: ${who}, ${measured(slowest.samplesPerS)} samples/s${au}`,
  ];
}

function timesTable({ metrics, toGpu }: StorageSummary): string[] {
  const rows: [string, Distribution | null][] = [
    ["microbatch, loading", metrics.microbatchLoadMs],
    ...(toGpu === null ? [] : [copyRow(metrics)]),
    ["microbatch, waiting", metrics.microbatchWaitMs],
    ["step, loading", metrics.stepLoadMs],
    ["step, with compute", metrics.stepMs],
    ...(metrics.firstByteMs === null
      ? []
      : [["read, first byte", metrics.firstByteMs] as [string, Distribution]]),
  ];
  const cells = rows.map(([name, metric]) => {
    if (metric === null) return [name, "0", "-", ...QUANTILE_COLUMNS.map(() => "-"), "-"];
    const quantiles = QUANTILE_COLUMNS.map((q) => {
      const { value, small } = metric.quantiles[q];
      return `${measured(value)}${small ? "*" : ""}`;
    });
    return [name, formatNumber(metric.n), measured(metric.mean), ...quantiles, measured(metric.max)];
  });
  const table = textTable([["ms", "n", "mean", ...QUANTILE_COLUMNS, "max"], ...cells]);
  const isSmall = rows.some(([, metric]) => QUANTILE_COLUMNS.some((q) => metric?.quantiles[q].small));
  return isSmall ? [...table, "* n is too small to trust this quantile (n < 5/(1-q))"] : table;
}

function copyRow({ microbatchCopyMs }: StorageSummary["metrics"]): [string, Distribution | null] {
  return ["  of it, copying", microbatchCopyMs];
}

function readLines({ dataset, reads, cache, hotSpots, run, network }: StorageSummary): string[] {
  const where = run.layout === "files" ? "file" : `${run.layout} shard`;
  const lines = [
    `Data        ${counted(dataset.samples, "sample")} in ${counted(dataset.files, where)}, ${formatBytes(dataset.bytes)}; ${measured(dataset.epochs)} epochs read`,
    // Absent in files of older versions.
    ...(dataset.made ? [`${INDENT}made in this run, in ${dataset.made.root}`] : []),
    ...(network === null ? localLines(reads, cache) : networkLines(reads, network)),
  ];
  if (hotSpots !== null && hotSpots.files > 1) {
    const { stepShareMean, runShare, evenShare } = hotSpots;
    lines.push(
      `Hot spots   most-read file: ${percent(stepShareMean)} of a step, ${percent(runShare)} of the run (even ${percent(evenShare)})`,
    );
  }
  return lines;
}

function localLines(reads: StorageSummary["reads"], cache: StorageSummary["cache"]): string[] {
  const device = reads.device === null ? "" : ` · ${reads.device} ${times(reads.deviceRatio)}`;
  return [
    `Read        ${formatBytes(reads.sampleBytes)} of samples · asked ${times(reads.requestedRatio)} · storage ${times(reads.processRatio)}${device}`,
    `Page cache  ${cache.asked}: ${cached(cache.before)} before, ${cached(cache.after)} after, of the files that the run reads`,
  ];
}

function networkLines(reads: StorageSummary["reads"], { requests, retries }: NetworkCounts): string[] {
  const again = Object.entries(retries).filter(([, n]) => n > 0);
  const causes = again.map(([cause, n]) => `${cause} ${formatNumber(n)}`).join(", ");
  const total = again.reduce((sum, [, n]) => sum + n, 0);
  return [
    `Read        ${formatBytes(reads.sampleBytes)} of samples · on the wire ${times(reads.requestedRatio)}`,
    `Network     ${formatNumber(requests)} requests · ${formatNumber(total)} tried again${causes === "" ? "" : ` (${causes})`}`,
  ];
}

function cached(of: CacheContent | null): string {
  return of === null ? "unknown" : percent(of.share);
}

function times(ratio: number | null): string {
  return ratio === null ? "unknown" : `×${ratio.toFixed(2)}`;
}

function rate(bytesPerS: number): string {
  return `${formatBytes(bytesPerS)}/s`;
}
