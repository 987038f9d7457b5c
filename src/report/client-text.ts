import type { CalibrationOutcome, ErrorBar } from "../benchmarks/serving/calibration.ts";
import type { ServingSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import { measured } from "./numbers.ts";

/** Whether the client was fit to measure the run, and by which of its figures, in a few lines of 80 columns. */
export function clientLines(
  { client, validity }: Pick<ServingSummary, "client" | "validity">,
  workers = 1,
): string[] {
  const { eventLoopDelayMs: delay, runQueueWaitShare: waited, chunkBacklog, collections } = client;
  const delays = [`event loop p99 ${formatDuration(delay.p99)}, max ${formatDuration(delay.max)}`];
  if (waited !== null) delays.push(`waited for a CPU ${percent(waited)}`);
  const turns: string[] = [];
  if (chunkBacklog !== null) {
    const [p99, max] = [chunkBacklog.p99, chunkBacklog.max].map((n) => formatNumber(n));
    turns.push(`chunks a turn p99 ${p99}, max ${max}`);
  }
  if (collections !== null && collections.count > 0) {
    turns.push(`GC ${formatNumber(collections.count)}, longest ${formatDuration(collections.longestMs)}`);
  }
  return [
    `Client      ${validity.verdict}${workers === 1 ? "" : ` · ${workers} workers, the worst one's figures`}`,
    `  CPU       ${cpuText(client)}`,
    `  delays    ${delays.join(" · ")}`,
    ...(turns.length === 0 ? [] : [`  reading   ${turns.join(" · ")}`]),
    ...errorLines(client.calibration),
  ];
}

function cpuText({ threadShares, jsBusyShare, polledShare, cpuShare }: ServingSummary["client"]): string {
  if (threadShares === null || jsBusyShare === null) return `${percent(cpuShare)} of a core`;
  const { http, engine, other } = threadShares;
  const js = `JS ${percent(jsBusyShare)} (polling ${percent(polledShare)})`;
  return [js, `HTTP ${percent(http)}`, `other threads ${percent(engine + other)}`].join(" · ");
}

/** What the client itself adds to the figures above. */
function errorLines(calibration: CalibrationOutcome | null): string[] {
  if (calibration?.ok !== true) return [];
  const { ttft, icl, requestsPerS, chunksPerS } = calibration;
  const bars = [
    ["TTFT", ttft],
    ["ICL", icl],
  ] as const;
  const known = bars.flatMap(([name, bar]) => (bar === null ? [] : [`${name} ${barText(bar)}`]));
  if (known.length === 0) return [];
  const load = `${measured(requestsPerS)} req/s, ${formatNumber(chunksPerS)} chunks/s`;
  return [`  error     ${known.join(" · ")}`, `            calibrated at ${load}`];
}

function barText({ n, biasMs, spreadMs }: ErrorBar): string {
  const sign = biasMs < 0 ? "-" : "+";
  return `${sign}${Math.abs(biasMs).toFixed(2)} ms ± ${spreadMs.toFixed(2)} (n ${formatNumber(n)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
