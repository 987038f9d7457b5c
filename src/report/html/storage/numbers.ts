import { QUANTILES } from "../../../analysis/describe.ts";
import { formatBytes, formatNumber } from "../../../core/units.ts";
import { counted, measured, percent } from "../../numbers.ts";
import { worstSteps } from "../../storage-harness-text.ts";
import { type Child, type Html, html } from "../html.ts";
import { intervalSmall, maxCell, meanCell, type PageDistribution, quantileCell } from "../metric-cells.ts";
import { defined, type StorageTerm, storageTimes } from "./definitions.ts";
import type { StoragePageRun } from "./page-run.ts";
import type { StoragePageSummary } from "./page-summary.ts";

const quantileNames = Object.keys(QUANTILES);

/** All numbers of a run. */
export function numbersHtml(page: StoragePageRun): Html {
  const { summary } = page;
  return html`<div class="tables">${factsTable("Throughput", throughputRows(page))}
${summary === null ? null : factsTable("Reads and loader", readRows(summary))}
${timesTable(page)}
${summary?.ranks ? ranksTable(summary.ranks) : null}</div>
${keyNote()}`;
}

/** What the marks in tables mean. */
export function keyNote(): Html {
  return html`<p class="muted note">[low to high]: ${defined("95 % interval", "term-interval")}. ${defined("*", "term-small")}: n is too small to trust this quantile.</p>`;
}

/** A figure of a run: its name with its definition, and its value; null: not measured, and not shown. */
type FactRow = readonly [name: string, term: StorageTerm | null, value: Child];

function factsTable(caption: string, rows: readonly FactRow[]): Html {
  return html`<div class="scroll"><table class="numbers"><caption>${caption}</caption><tbody>${rows.map(([name, term, value]) => (value === null ? null : html`<tr><th scope="row">${term === null ? name : defined(name, term)}</th><td>${value}</td></tr>`))}</tbody></table></div>`;
}

function throughputRows({ loading: { throughput }, summary }: StoragePageRun): FactRow[] {
  const { steps, samples, windowS, bytesPerS } = throughput;
  return [
    ["steps counted", null, formatNumber(steps)],
    ["samples", null, formatNumber(samples)],
    ["duration, s", null, measured(windowS)],
    ["samples/s", "term-throughput", samplesCell(throughput)],
    ["bytes", "term-throughput", bytesPerS === null ? null : `${formatBytes(bytesPerS)}/s`],
    ["AU", "term-au", shareOrNull(summary?.compute.au)],
    ["AU of a null source", "term-null", shareOrNull(summary?.compute.nullSourceAu)],
    ["jitter, ms", "term-jitter", summary?.jitterMs == null ? null : measured(summary.jitterMs)],
    ["emulated compute off by", null, shareOrNull(summary?.compute.error, 2)],
    [
      "one step in a hundred, by",
      null,
      summary === null ? null : worstSteps(summary.compute.stepErrorP99, summary.steps.done),
    ],
  ];
}

/** Samples per second with their interval. */
export function samplesCell({ samplesPerS, low, high }: StoragePageRun["loading"]["throughput"]): Html {
  const bound = (value: number | null) => (value === null ? "?" : measured(value));
  return html`${measured(samplesPerS)}${low === null && high === null ? null : intervalSmall(bound(low), bound(high))}`;
}

function readRows({
  dataset,
  reads,
  network,
  cache,
  hotSpots,
  loader,
  cpuSPerGb,
}: StoragePageSummary): FactRow[] {
  const { readersAtWork, queueDepth } = loader;
  const retries = network === null ? 0 : Object.values(network.retries).reduce((sum, n) => sum + n, 0);
  return [
    [
      "data",
      null,
      dataset === null
        ? null
        : `${counted(dataset.samples, "sample")} in ${counted(dataset.files, "file")}, ${formatBytes(dataset.bytes)}`,
    ],
    ["epochs read", null, dataset?.epochs == null ? null : measured(dataset.epochs)],
    ["samples' bytes", null, reads === null ? null : formatBytes(reads.sampleBytes)],
    [
      network === null ? "asked of the system" : "on the wire",
      "term-asked",
      timesOrNull(reads?.requestedRatio),
    ],
    ["read from storage", "term-storage", timesOrNull(reads?.processRatio)],
    [
      `read by the device${reads?.device ? ` ${reads.device}` : ""}`,
      "term-device",
      timesOrNull(reads?.deviceRatio),
    ],
    [
      "requests",
      null,
      network === null ? null : `${formatNumber(network.requests)}, ${formatNumber(retries)} tried again`,
    ],
    [`page cache (${cache?.asked ?? ""})`, "term-cache", cache?.before ? cacheCell(cache) : null],
    [
      "hot spots",
      "term-hot",
      hotSpots === null || hotSpots.files < 2
        ? null
        : html`${percent(hotSpots.stepShareMean)} of a step, ${percent(hotSpots.runShare)} of the run<small>even: ${percent(hotSpots.evenShare)}</small>`,
    ],
    [
      "readers at work",
      "term-readers",
      readersAtWork === null
        ? null
        : `mean ${measured(readersAtWork.mean)}, most ${formatNumber(readersAtWork.max)}`,
    ],
    [
      "queue depth",
      "term-queue",
      queueDepth === null
        ? null
        : `${formatNumber(queueDepth.asked)} asked; mean ${measured(queueDepth.mean)}, most ${formatNumber(queueDepth.most)}`,
    ],
    ["CPU-s/GB", "term-cpu", cpuSPerGb === null ? null : measured(cpuSPerGb)],
  ];
}

function cacheCell({ before, after }: NonNullable<StoragePageSummary["cache"]>): string {
  return `${before === null ? "unknown" : percent(before.share)} before, ${after === null ? "unknown" : percent(after.share)} after`;
}

function shareOrNull(share: number | null | undefined, decimals = 1): string | null {
  return share == null ? null : `${(100 * share).toFixed(decimals)} %`;
}

function timesOrNull(ratio: number | null | undefined): string | null {
  return ratio == null ? null : `×${ratio.toFixed(2)}`;
}

/** The distribution of a time: the summary's; of a run without one from its rows. */
export function timeOf({ summary, loading }: StoragePageRun, id: string): PageDistribution | null {
  if (summary !== null) return summary.metrics[id] ?? null;
  const fromRows: Record<string, PageDistribution | null> = {
    microbatchLoadMs: loading.microbatchMs,
    stepLoadMs: loading.stepMs,
  };
  return fromRows[id] ?? null;
}

function timesTable(page: StoragePageRun): Html {
  const rows = storageTimes.flatMap(({ id, name, term }) => {
    const metric = timeOf(page, id);
    if (metric === null) return [];
    return [
      html`<tr><th scope="row">${defined(name, term)}</th><td>${formatNumber(metric.n)}</td><td>${meanCell(metric)}</td>${quantileNames.map((q) => html`<td>${quantileCell(metric, q)}</td>`)}<td>${maxCell(metric)}</td></tr>`,
    ];
  });
  const heads = quantileNames.map((q) => html`<th scope="col">${q}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Times"><table class="numbers"><caption>Times of the counted steps, ms</caption><thead><tr><td></td><th scope="col">${defined("n", "term-n")}</th><th scope="col">mean</th>${heads}<th scope="col">max</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Hosts are left out: pages are shown around. */
function ranksTable(ranks: NonNullable<StoragePageSummary["ranks"]>): Html {
  const rows = ranks.map(
    ({ rank, stepsDone, throughput, au, stepP95Ms }) =>
      html`<tr><th scope="row">${rank}</th><td>${formatNumber(stepsDone)}</td><td>${measured(throughput?.samplesPerS)}</td><td>${throughput === null ? "-" : `${formatBytes(throughput.bytesPerS)}/s`}</td><td>${au === null ? "-" : percent(au)}</td><td>${measured(stepP95Ms)}</td></tr>`,
  );
  return html`<div class="scroll"><table class="numbers"><caption>Ranks</caption><thead><tr><th scope="col">rank</th><th scope="col">steps</th><th scope="col">samples/s</th><th scope="col">bytes</th><th scope="col">AU</th><th scope="col">p95 of step, loading, ms</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
