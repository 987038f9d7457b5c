import { oldPriceWarnings } from "../../results/prices/old-price.ts";
import { arrivalTests, dueOffsets } from "./arrival-tests.ts";
import { countsOf } from "./efficiency/counts.ts";
import { efficiencyOf, energySettings } from "./efficiency/efficiency.ts";
import { judgeGates } from "./gates.ts";
import { goodputOf } from "./goodput.ts";
import { isStart, type RequestRecord } from "./record.ts";
import { countRequests } from "./request-counts.ts";
import { sessionFigures } from "./session-figures.ts";
import { stallsOf } from "./stalls.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { ServingSummary, WindowSummary } from "./summary-shape.ts";
import { tokenSummary } from "./token-summary.ts";
import { judgeClient } from "./validity.ts";
import { warningsOf } from "./warnings.ts";
import { WindowCollector } from "./window-figures.ts";
import { type WindowSteadiness, windowSteadiness } from "./window-steadiness.ts";
import {
  dueWithin,
  type RequestTimes,
  steadyWindow,
  timesOf,
  type WarmupCutMethod,
  type Window,
  wholeWindow,
} from "./windows.ts";
import { askedRatePerS } from "./workload/arrivals.ts";

/** Pure: everything that a run's records say. */
export function summarize(records: readonly RequestRecord[], context: SummaryContext): ServingSummary {
  const run = records.filter((r) => r.stage === "run");
  const times = run.map(timesOf).sort((a, b) => a.intendedAt - b.intendedAt);
  const { plan, result } = context;
  // A later turn follows its answer, not the schedule.
  const starts = times.filter((r) => r.isStart);
  const sentAt = run.filter((r) => r.sentAt !== null && isStart(r)).map((r) => r.sentAt!);
  const offsets = dueOffsets(plan, result, starts.at(-1)?.intendedAt);
  const summary: ServingSummary = {
    schemaVersion: 1,
    benchmark: "serving",
    run: { ...context.identity, interrupted: result.interrupted },
    validity: { verdict: "fit", reasons: [] },
    slos: context.slos,
    gates: [],
    until: context.until,
    load: {
      kind: plan.load.kind,
      askedRatePerS: plan.load.kind === "open" ? askedRatePerS(plan.load.arrival) : null,
      plannedRatePerS: offsets === null ? null : rate(offsets.length, offsets[0], offsets.at(-1)),
      achievedRatePerS: rate(sentAt.length, min(sentAt), max(sentAt)),
      arrivals: arrivalTests(plan, offsets, sentAt),
      concurrency: plan.load.concurrency,
      peakInFlight: peakInFlight(run),
      hitCap: result.hitCap,
      connections: context.connections,
      workers: result.workers.count,
    },
    sessions: plan.sessions === null ? null : sessionFigures(run),
    warmup: countRequests(records.filter((r) => r.stage === "warmup")),
    whole: summarizeWindow(run, wholeWindow(run), context),
    steady: summarizeSteady(run, times, context),
    tokens: tokenSummary(run, context.exactLengths),
    client: { ...context.client, calibration: context.calibration },
    gpu: context.gpu,
    energy: energySettings(context.efficiency),
    price: context.efficiency.price,
    warnings: [],
  };
  summary.validity = judgeClient(summary, run, context);
  summary.gates = judgeGates(context.gates, summary);
  summary.warnings = warningsOf(summary, run, context);
  summary.warnings.push(...oldPriceWarnings(context.efficiency.price, context.toUnixMs(result.startAt)));
  return summary;
}

function summarizeSteady(
  run: readonly RequestRecord[],
  times: readonly RequestTimes[],
  context: SummaryContext,
): WindowSummary | null {
  const window = steadyWindow(times);
  if (window === null) return null;
  return summarizeWindow(run, { ...window, steadiness: windowSteadiness(times, window) }, context);
}

function summarizeWindow(
  run: readonly RequestRecord[],
  window: (Window & { cut?: WarmupCutMethod; steadiness?: WindowSteadiness }) | null,
  context: SummaryContext,
): WindowSummary | null {
  if (window === null) return null;
  const collector = new WindowCollector(window);
  for (const record of run) collector.add(record);
  const { metrics, ...figures } = collector.finish();
  const { durationS, outputTokensReceived: received } = figures;
  const due = dueWithin(run, window);
  return {
    warmupCut: window.cut ?? null,
    startUnixMs: context.toUnixMs(window.startAt),
    ...figures,
    goodput: context.slos === null ? null : goodputOf(due, context.slos, durationS),
    stalls: stallsOf(due, context.stallMs),
    steadiness: window.steadiness ?? null,
    ...efficiencyOf(
      window,
      countsOf(window, { run, due, ended: collector.ended, received }, context.slos),
      context.efficiency,
    ),
    metrics,
  };
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
