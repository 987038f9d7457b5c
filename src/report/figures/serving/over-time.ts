import { quantile } from "../../../analysis/quantile.ts";
import { formatDuration, formatNumber } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About, Named } from "../about.ts";
import { fromZero, suited } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import type { Figure, Layer, Panel, Point } from "../spec.ts";
import { gpuPanels } from "./gpu-panels.ts";
import type { OverTime } from "./over-time-data.ts";
import { inFlightPanel, requestsPanel, tokensPanel, ttftPanel } from "./run-panels.ts";
import { timeAxis } from "./time-axis.ts";
import { stepsOf, valuesOf } from "./time-lines.ts";

/** A run by time, and the window whose figures are called steady; seconds since its first intended send. */
export interface TimedRun {
  overTime: OverTime;
  steadyS: readonly [number, number] | null;
  requests: number;
  /** Of them cut off by the end of the run: in no bin as ended. */
  unfinished: number;
}

/** One run: in flight, TTFT, throughput and GPUs on one time axis. */
export function overTimeFigure(run: TimedRun, about: About): Figure {
  const { overTime, steadyS } = run;
  const panels = [
    inFlightPanel(overTime),
    ttftPanel(overTime),
    requestsPanel(overTime),
    tokensPanel(overTime),
    ...gpuPanels(overTime),
  ];
  const zone: Layer[] = steadyS === null ? [] : [{ kind: "zone", from: steadyS[0], to: steadyS[1] }];
  return figureOf({
    title: "Requests over time",
    subtitle: `${requestsText(run)} · bins of ${formatDuration(overTime.widthMs)}${steadyS === null ? "" : " · shaded: steady window"}`,
    panels: panels.map((panel) => ({ ...panel, layers: [...zone, ...panel.layers] })),
    legend: [],
    lastS: overTime.edgesS.at(-1)!,
    about,
  });
}

/** Several runs from their first requests on: one line each. */
export function overTimeComparison(runs: readonly Named<TimedRun>[], about: About): Figure {
  const lines = (of: (run: OverTime) => readonly Point[]): Layer[] =>
    runs.map(({ data }, i) => ({ kind: "line", style: runStyle(i), points: of(data.overTime) }));
  const panel = (name: string, of: (run: OverTime) => readonly Point[]): Panel => {
    const layers = lines(of);
    return { name, y: fromZero(valuesOf(layers), 1), layers };
  };
  const sizes = runs.map(
    ({ name, data }) => `${name}: ${requestsText(data)}, bins of ${formatDuration(data.overTime.widthMs)}`,
  );
  return figureOf({
    title: "Requests over time",
    subtitle: sizes.join(" · "),
    panels: [
      panel("Requests in flight, mean", (run) => stepsOf(run.edgesS, run.inFlight.mean)),
      { ...panel("TTFT by send time, ms, median", medianTtft), y: suited(valuesOf(lines(medianTtft))) },
      panel("Output throughput, tok/s", (run) => stepsOf(run.edgesS, run.tokensPerS)),
    ],
    legend: runs.map(({ name }, i) => ({
      text: name,
      key: { kind: "line", style: runStyle(i), marked: false },
    })),
    lastS: Math.max(...runs.map(({ data }) => data.overTime.edgesS.at(-1)!)),
    about,
  });
}

function requestsText({ requests, unfinished }: TimedRun): string {
  return counted(requests, "request") + (unfinished === 0 ? "" : `, ${formatNumber(unfinished)} unfinished`);
}

function figureOf(
  given: Pick<Figure, "title" | "subtitle" | "panels" | "legend"> & { lastS: number; about: About },
): Figure {
  const { lastS, about, ...rest } = given;
  const x = timeAxis(lastS, "since the first request");
  return {
    name: "requests_over_time",
    ...rest,
    panels: rest.panels.map((panel) => ({
      ...panel,
      layers: panel.layers.map((layer) => inUnit(layer, x.unitS)),
    })),
    x: x.axis,
    caution: about.caution,
    facts: about.facts,
    plotHeight: 130 * rest.panels.length,
  };
}

/** Times of a layer in the axis's unit. */
function inUnit(layer: Layer, unitS: number): Layer {
  const inUnits = (at: number | null) => (at === null ? null : at / unitS);
  if (layer.kind === "zone") return { ...layer, from: inUnits(layer.from), to: inUnits(layer.to) };
  if (layer.kind === "line" || layer.kind === "points")
    return { ...layer, points: layer.points.map(([x, y]): Point => [x / unitS, y]) };
  return layer;
}

/** Median TTFT by time: of each bin, or computed here where the requests themselves are known. */
function medianTtft({ ttft, edgesS }: OverTime): readonly Point[] {
  if (ttft.kind === "quantiles") return ttft.p50;
  return edgesS.slice(1).flatMap((until, i): Point[] => {
    const inside = ttft.points.filter(([at]) => at >= edgesS[i]! && (at < until || i === edgesS.length - 2));
    const median = quantile(Float64Array.from(inside, ([, ms]) => ms).sort(), 0.5);
    return median === null ? [] : [[(edgesS[i]! + until) / 2, median]];
  });
}
