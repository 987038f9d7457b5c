import { oldPriceWarnings } from "../../results/prices/old-price.ts";
import { type ServerMetricsSummary, summarizeServerMetrics } from "../../telemetry/server-metrics/summary.ts";
import { arrivalTests, dueOffsets } from "./arrival-tests.ts";
import { countsOf } from "./efficiency/counts.ts";
import { efficiencyOf, energySettings } from "./efficiency/efficiency.ts";
import { judgeGates } from "./gates.ts";
import { goodputOf } from "./goodput.ts";
import { modelFigures } from "./model-figures.ts";
import { modelText } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { countRequests } from "./request-counts.ts";
import { eventRatePerS, peakInFlight, startsSentAt } from "./sending.ts";
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
  const sentAt = startsSentAt(run);
  const offsets = dueOffsets(plan, result, starts.at(-1)?.intendedAt);
  const windows = { whole: wholeWindow(run), steady: steadyWindow(times) };
  const { trafficSplit } = plan;
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
      plannedRatePerS: offsets === null ? null : eventRatePerS(offsets),
      achievedRatePerS: eventRatePerS(sentAt),
      arrivals: arrivalTests(plan, offsets, sentAt),
      concurrency: plan.load.concurrency,
      peakInFlight: peakInFlight(run),
      hitCap: result.hitCap,
      connections: context.connections,
      workers: result.workers.count,
    },
    sessions: plan.sessions === null ? null : sessionFigures(run),
    models:
      trafficSplit === null || windows.whole === null
        ? null
        : modelFigures(run, windows.whole, trafficSplit, context.slos),
    warmup: countRequests(records.filter((r) => r.stage === "warmup")),
    whole: summarizeWindow(run, windows.whole, context),
    steady: summarizeSteady(run, times, windows.steady, context),
    tokens: tokenSummary(run, context.exactLengths),
    client: { ...context.client, calibration: context.calibration },
    gpu: context.gpu,
    serverMetrics: serverFigures(windows, context),
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
  window: ReturnType<typeof steadyWindow>,
  context: SummaryContext,
): WindowSummary | null {
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

function serverFigures(
  windows: { whole: Window | null; steady: Window | null },
  { serverMetrics, plan }: SummaryContext,
): ServerMetricsSummary | null {
  return serverMetrics === null ? null : summarizeServerMetrics(serverMetrics, windows, modelText(plan));
}
