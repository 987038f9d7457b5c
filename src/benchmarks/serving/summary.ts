import { describe } from "../../analysis/describe.ts";
import { arrivalTests } from "./arrival-tests.ts";
import { countsOf } from "./efficiency/counts.ts";
import { efficiencyOf, energySettings, priceWarnings } from "./efficiency/efficiency.ts";
import { judgeGates } from "./gates.ts";
import { goodputOf } from "./goodput.ts";
import { metricTable, sampleOf } from "./metric-table.ts";
import { outputTokens, type TokenSource, tokensReceived } from "./metrics.ts";
import { isCensored, type RequestRecord } from "./record.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { RequestCounts, ServingSummary, WindowSummary } from "./summary-shape.ts";
import { judgeClient } from "./validity.ts";
import { warningsOf } from "./warnings.ts";
import { dueWithin, steadyWindow, type WarmupCutMethod, type Window, wholeWindow } from "./windows.ts";
import { askedRatePerS } from "./workload/arrivals.ts";

/** Pure: everything that a run's records say. */
export function summarize(records: readonly RequestRecord[], context: SummaryContext): ServingSummary {
  const run = records.filter((r) => r.stage === "run");
  const successes = run.filter((r) => r.failure === null);
  const { plan, result } = context;
  const sentAt = run.filter((r) => r.sentAt !== null).map((r) => r.sentAt!);
  const offsets = plan.offsetsMs;
  const summary: ServingSummary = {
    schemaVersion: 1,
    benchmark: "serving",
    run: { ...context.identity, interrupted: result.interrupted },
    validity: { verdict: "fit", reasons: [] },
    slos: context.slos,
    gates: [],
    load: {
      kind: plan.load.kind,
      askedRatePerS: plan.load.kind === "open" ? askedRatePerS(plan.load.arrival) : null,
      plannedRatePerS: offsets === null ? null : rate(offsets.length, offsets[0], offsets.at(-1)),
      achievedRatePerS: rate(sentAt.length, min(sentAt), max(sentAt)),
      arrivals: arrivalTests(plan, sentAt),
      concurrency: plan.load.concurrency,
      peakInFlight: peakInFlight(run),
      hitCap: result.hitCap,
      connections: context.connections,
      workers: result.workers.count,
    },
    warmup: countRequests(records.filter((r) => r.stage === "warmup")),
    whole: summarizeWindow(run, wholeWindow(run), context),
    steady: summarizeWindow(run, steadyWindow(run), context),
    tokens: {
      source: countSources(successes),
      promptAsked: sum(successes, (r) => r.promptTokens),
      promptByUsage: sumKnown(successes, (r) => r.usage?.promptTokens ?? null),
      promptCached: sumKnown(successes, (r) => r.usage?.cachedTokens ?? null),
      promptLengths: context.exactLengths ? "tokenizer" : "estimated",
      outputAsked: sum(successes, (r) => r.maxTokens),
      output: sum(successes, (r) => outputTokens(r).count),
      streamed: successes.filter((r) => r.streamed).length,
    },
    client: context.client,
    gpu: context.gpu,
    energy: energySettings(context.efficiency),
    price: context.efficiency.price,
    warnings: [],
  };
  summary.validity = judgeClient(summary, run, context);
  summary.gates = judgeGates(context.gates, summary);
  summary.warnings = warningsOf(summary, run, context);
  summary.warnings.push(...priceWarnings(context.efficiency, context.toUnixMs(result.startAt)));
  return summary;
}

function summarizeWindow(
  run: readonly RequestRecord[],
  window: (Window & { cut?: WarmupCutMethod }) | null,
  context: SummaryContext,
): WindowSummary | null {
  if (window === null) return null;
  const due = dueWithin(run, window);
  const durationS = (window.endAt - window.startAt) / 1000;
  const ended = run.filter((r) => r.failure === null && r.endAt >= window.startAt && r.endAt <= window.endAt);
  const received = sum(run, (r) => (r.sentAt === null ? 0 : tokensReceived(r, window.startAt, window.endAt)));
  const metrics: WindowSummary["metrics"] = {};
  for (const metric of metricTable) {
    const { values, clusters } = sampleOf(metric, due);
    const distribution = describe(values, clusters === null ? {} : { clusters });
    metrics[metric.id] = distribution === null ? null : { unit: metric.unit, ...distribution };
  }
  return {
    warmupCut: window.cut ?? null,
    startUnixMs: context.toUnixMs(window.startAt),
    durationS,
    requests: countRequests(due),
    requestThroughputPerS: ended.length / durationS,
    outputThroughputPerS: received / durationS,
    outputTokensReceived: received,
    goodput: context.slos === null ? null : goodputOf(due, context.slos, durationS),
    ...efficiencyOf(
      window,
      countsOf(window, { run, due, ended, received }, context.slos),
      context.efficiency,
    ),
    metrics,
  };
}

function countRequests(records: readonly RequestRecord[]): RequestCounts {
  const byClass: RequestCounts["byClass"] = {};
  let failed = 0;
  let censored = 0;
  for (const r of records) {
    if (r.failure === null) continue;
    failed++;
    if (isCensored(r)) censored++;
    byClass[r.failure.class] = (byClass[r.failure.class] ?? 0) + 1;
  }
  return { total: records.length, succeeded: records.length - failed, failed, censored, byClass };
}

function countSources(records: readonly RequestRecord[]): Partial<Record<TokenSource, number>> {
  const counts: Partial<Record<TokenSource, number>> = {};
  for (const r of records) {
    const { source } = outputTokens(r);
    counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

/** The most requests that were in flight at once. */
function peakInFlight(records: readonly RequestRecord[]): number {
  const sent = records.filter((r) => r.sentAt !== null);
  const starts = Float64Array.from(sent, (r) => r.sentAt!).sort();
  const ends = Float64Array.from(sent, (r) => r.endAt).sort();
  let peak = 0;
  for (let i = 0, ended = 0; i < starts.length; i++) {
    while (ends[ended]! <= starts[i]!) ended++;
    peak = Math.max(peak, i + 1 - ended);
  }
  return peak;
}

/** Events per second from the first to the last of `n` instants in ms: n-1 gaps. */
function rate(n: number, first: number | undefined, last: number | undefined): number | null {
  return n < 2 || first === undefined || last === undefined || last <= first
    ? null
    : ((n - 1) * 1000) / (last - first);
}

function min(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function max(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** The sum where every item has a value, else null: a sum with gaps would be taken for the whole. */
function sumKnown<T>(items: readonly T[], of: (item: T) => number | null): number | null {
  let total = 0;
  for (const item of items) {
    const value = of(item);
    if (value === null) return null;
    total += value;
  }
  return items.length === 0 ? null : total;
}
