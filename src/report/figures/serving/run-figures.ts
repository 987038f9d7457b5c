import { type Window, wholeWindow } from "../../../benchmarks/serving/windows.ts";
import type { About } from "../about.ts";
import { costLatency } from "../cost-latency.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "../latency-curve.ts";
import type { Figure } from "../spec.ts";
import { cautionOf } from "./caution.ts";
import { distributionFigure, type Measure } from "./distribution.ts";
import { runFacts } from "./facts.ts";
import { loadPointOf } from "./load-point.ts";
import { overTimeFigure, type TimedRun } from "./over-time.ts";
import { overTime } from "./over-time-data.ts";
import type { ServingRun } from "./run.ts";
import { gapSample, ttftSample } from "./sample.ts";
import { swimLanesFigure } from "./swim-lanes.ts";

export const TTFT: Measure = {
  file: "ttft_distribution",
  name: "TTFT",
  title: "Time to first token",
  of: "requests",
};
export const ITL: Measure = {
  file: "itl_distribution",
  name: "ITL",
  title: "Inter-token latency",
  of: "gaps between tokens",
};
export const ICL: Measure = {
  file: "icl_distribution",
  name: "ICL",
  title: "Inter-chunk latency (tokens of a chunk not known)",
  of: "gaps between chunks",
};

/** The figures of one run, one after the other: each is drawn before the next is made. */
export function* figuresOfRun(run: ServingRun): Generator<Figure> {
  const about: About = {
    facts: runFacts(run.name, run.metadata),
    caution: cautionOf(run),
  };
  const point = run.summary === null ? null : loadPointOf(run.summary);
  const series = point === null ? [] : [{ name: run.name, points: [point], isCurve: false }];
  yield* existing(latencyCurve(throughputLatency, series, about));
  yield* existing(latencyCurve(throughputNormalizedLatency, series, about));
  yield* existing(costLatency(series, about));
  yield* existing(distributionFigure(TTFT, [{ name: run.name, data: ttftSample(run) }], about));
  const [id, measure] = run.collected.itl.n > 0 ? (["itl", ITL] as const) : (["icl", ICL] as const);
  yield* existing(distributionFigure(measure, [{ name: run.name, data: gapSample(run, id) }], about));
  const window = windowOf(run);
  if (window === null) return;
  yield overTimeFigure(timedRun(run, window), about);
  yield swimLanesFigure(run.collected.spans, window, about);
}

export function* existing(figure: Figure | null): Generator<Figure> {
  if (figure !== null) yield figure;
}

/** First intended send to last end; null without requests, and where nobody knows when they were sent. */
export function windowOf({ collected: { spans } }: ServingRun): Window | null {
  return spans.some(({ intendedAt }) => Number.isNaN(intendedAt)) ? null : wholeWindow(spans);
}

/** The run by time. GPU readings come by the wall clock, which metadata.yaml ties to the run's from its start on. */
export function timedRun(run: ServingRun, window: Window): TimedRun {
  const { whole = null, steady = null } = run.summary ?? {};
  const [wholeUnixMs, steadyUnixMs] = [whole?.startUnixMs ?? null, steady?.startUnixMs ?? null];
  const anchor =
    wholeUnixMs === null
      ? (run.metadata?.clock ?? null)
      : { startMonotonicMs: window.startAt, startUnixMs: wholeUnixMs };
  const gpu =
    run.gpuReadings === null || anchor === null
      ? null
      : { readings: run.gpuReadings, startAt: anchor.startMonotonicMs, startUnixMs: anchor.startUnixMs };
  const steadyFrom =
    steadyUnixMs === null || wholeUnixMs === null ? null : (steadyUnixMs - wholeUnixMs) / 1000;
  return {
    overTime: overTime(run.collected, window, gpu),
    steadyS: steadyFrom === null ? null : [steadyFrom, steadyFrom + steady!.durationS],
    requests: run.collected.spans.length,
    unfinished: run.collected.spans.filter(({ unfinished }) => unfinished).length,
  };
}
