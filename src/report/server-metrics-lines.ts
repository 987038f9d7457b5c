import type { ServingSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import type { BucketQuantile, GaugeFigures, HistogramFigures } from "../telemetry/server-metrics/figures.ts";
import { knownFigures } from "../telemetry/server-metrics/known.ts";
import { measured, percent } from "./numbers.ts";

const WIDTH = 80;
/** Where the figures of a line begin. */
const INDENT = 12;

/** What the server said of itself over the whole run, its latencies beside the client's, in a few lines of 80 columns. */
export function serverMetricsLines({
  serverMetrics,
  whole,
}: Pick<ServingSummary, "serverMetrics" | "whole">): string[] {
  // Summaries of older versions have none.
  const window = serverMetrics?.whole ?? null;
  if (!serverMetrics || window === null) return [];
  const { running, waiting, kvUsage, preemptions, prefixHitRate, ttft, itl } = knownFigures(window);
  const load = [...gaugeText("running", running, counted), ...gaugeText("waiting", waiting, counted)];
  const cache = [
    ...gaugeText("KV used", kvUsage, percent),
    ...(prefixHitRate === null ? [] : [`prefix hits ${percent(prefixHitRate)}`]),
    ...(preemptions === null ? [] : [`preemptions ${formatNumber(preemptions.increase)}`]),
  ];
  const { scrapes, intervalMs } = serverMetrics;
  const cost = scrapes.ms === null ? "" : ` of ${formatDuration(scrapes.ms)}`;
  return [
    `Server      ${formatNumber(scrapes.n)} scrapes${cost}, one each ${formatDuration(intervalMs)}`,
    ...(load.length === 0 ? [] : [`  load      ${load.join(" · ")}`]),
    ...(cache.length === 0 ? [] : [`  cache     ${cache.join(" · ")}`]),
    ...latencyLine("TTFT", ttft, whole?.metrics.ttft),
    ...latencyLine("ITL", itl, whole?.metrics.itl),
  ];
}

function gaugeText(name: string, gauge: GaugeFigures | null, show: (value: number) => string): string[] {
  if (gauge === null || gauge.mean === null || gauge.max === null) return [];
  return [`${name} ${show(gauge.mean)}, max ${show(gauge.max)}`];
}

/** `p50 48.2 (40 to 60), p99 97.0 (80 to 100) · client 49.0, 103`: what lies between is network and client. */
function latencyLine(
  name: string,
  server: HistogramFigures | null,
  client: NonNullable<ServingSummary["whole"]>["metrics"][string] | undefined,
): string[] {
  if (server === null || server.p50 === null || server.p99 === null) return [];
  const line = `  ${`${name}, ms`.padEnd(10)}p50 ${quantileText(server.p50)}, p99 ${quantileText(server.p99)}`;
  if (!client) return [line];
  const { p50, p99 } = client.quantiles;
  const beside = `client ${measured(p50.value)}, ${measured(p99.value)}`;
  const whole = `${line} · ${beside}`;
  return whole.length <= WIDTH ? [whole] : [line, " ".repeat(INDENT) + beside];
}

/** With the ends of its bucket: between them it is drawn as a straight line. */
function quantileText({ value, low, high }: BucketQuantile): string {
  if (value === null || high === null) return `above ${end(low)}`;
  return `${measured(1000 * value)} (${end(low)} to ${end(high)})`;
}

/** A bucket's end in ms, as its server has it. */
function end(seconds: number): string {
  return formatNumber(1000 * seconds, Number.isInteger(Number((1000 * seconds).toPrecision(9))) ? 0 : 1);
}

function counted(value: number): string {
  return Number.isInteger(value) ? formatNumber(value) : measured(value);
}
