import { formatDuration } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";
import type { About, Named } from "../about.ts";
import { fromZero, suited } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import type { Figure, Layer, LegendEntry, Panel, Point, Style } from "../spec.ts";
import type { GpuOverTime, OverTime } from "./over-time-data.ts";
import { timeAxis } from "./time-axis.ts";

/** A run by time, and the window whose figures are called steady; seconds since its first intended send. */
export interface TimedRun {
  overTime: OverTime;
  steadyS: readonly [number, number] | null;
  requests: number;
}

/** More GPUs than this are shown as their mean, least and most. */
const MOST_GPUS = 4;

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
    subtitle: `${counted(run.requests, "request")} · bins of ${formatDuration(overTime.widthMs)}${steadyS === null ? "" : " · shaded: steady window"}`,
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
    ({ name, data }) =>
      `${name}: ${counted(data.requests, "request")}, bins of ${formatDuration(data.overTime.widthMs)}`,
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
  if (layer.kind === "zone") return { ...layer, from: layer.from / unitS, to: layer.to / unitS };
  if (layer.kind === "line" || layer.kind === "points")
    return { ...layer, points: layer.points.map(([x, y]): Point => [x / unitS, y]) };
  return layer;
}

const MAIN: Style = runStyle(0);
const SECOND: Style = runStyle(1);
const THIRD: Style = runStyle(2);

function inFlightPanel({ edgesS, inFlight }: OverTime): Panel {
  const layers: Layer[] = [
    { kind: "line", style: SECOND, points: stepsOf(edgesS, inFlight.most), thin: true },
    { kind: "line", style: MAIN, points: stepsOf(edgesS, inFlight.mean) },
  ];
  return {
    name: "Requests in flight",
    y: fromZero(valuesOf(layers), 1),
    layers,
    key: keyOf("mean in each bin", "most"),
  };
}

function ttftPanel({ ttft }: OverTime): Panel {
  const layers: Layer[] =
    ttft.kind === "points"
      ? [{ kind: "points", style: MAIN, points: ttft.points, small: true }]
      : [
          { kind: "line", style: THIRD, points: ttft.most, thin: true },
          { kind: "line", style: SECOND, points: ttft.p90 },
          { kind: "line", style: MAIN, points: ttft.p50 },
        ];
  const key = ttft.kind === "points" ? [] : keyOf("p50 in each bin", "p90", "largest");
  return {
    name: `TTFT${ttft.kind === "points" ? " of each request" : ""} by send time, ms`,
    y: suited(valuesOf(layers)),
    layers,
    key,
  };
}

function requestsPanel({ edgesS, sentPerS, succeededPerS, failedPerS }: OverTime): Panel {
  const layers: Layer[] = [
    { kind: "line", style: SECOND, points: stepsOf(edgesS, sentPerS), thin: true },
    { kind: "line", style: MAIN, points: stepsOf(edgesS, succeededPerS) },
  ];
  const hasFailures = failedPerS.some((n) => n > 0);
  if (hasFailures)
    layers.push({ kind: "line", style: THIRD, points: stepsOf(edgesS, failedPerS), thin: true });
  const key = keyOf("succeeded", "sent", ...(hasFailures ? ["failed"] : []));
  return { name: "Requests per second", y: fromZero(valuesOf(layers), 1), layers, key };
}

function tokensPanel({ edgesS, tokensPerS }: OverTime): Panel {
  const layers: Layer[] = [{ kind: "line", style: MAIN, points: stepsOf(edgesS, tokensPerS) }];
  return { name: "Output throughput, tok/s", y: fromZero(valuesOf(layers), 1), layers };
}

function gpuPanels({ edgesS, gpus }: OverTime): Panel[] {
  const panel = (
    name: string,
    of: (gpu: GpuOverTime) => readonly (number | null)[],
    least: number,
  ): Panel[] => {
    const known = gpus.filter((gpu) => of(gpu).some((value) => value !== null));
    if (known.length === 0) return [];
    const points = gpuLines(known.map(of)).map((values) => middlesOf(edgesS, values));
    const layers = points.map(
      (line, i): Layer => ({ kind: "line", style: runStyle(i), points: line, thin: i > 0 }),
    );
    const names =
      known.length > MOST_GPUS
        ? [`mean of ${known.length}`, "least", "most"]
        : known.map(({ gpu }) => `GPU ${gpu}`);
    return [{ name, y: fromZero(valuesOf(layers), least), layers, key: keyOf(...names) }];
  };
  return [
    ...panel("GPU utilisation, %", ({ utilizationPercent }) => utilizationPercent, 100),
    ...panel("GPU power, W", ({ powerW }) => powerW, 1),
  ];
}

/** Each GPU's line, or of many the mean, the least and the most. */
function gpuLines(lines: readonly (readonly (number | null)[])[]): (readonly (number | null)[])[] {
  if (lines.length <= MOST_GPUS) return [...lines];
  const across = (of: (values: number[]) => number) =>
    lines[0]!.map((_, bin) => {
      const values = lines.map((line) => line[bin]!).filter((value) => value !== null);
      return values.length === 0 ? null : of(values);
    });
  return [
    across((values) => values.reduce((a, b) => a + b) / values.length),
    across((values) => Math.min(...values)),
    across((values) => Math.max(...values)),
  ];
}

function keyOf(...names: string[]): LegendEntry[] {
  return names.map((text, i) => ({ text, key: { kind: "line", style: runStyle(i), marked: false } }));
}

/** The values of bins as a line with corners at the bins' edges. */
function stepsOf(edgesS: readonly number[], values: Float64Array): Point[] {
  return [...values].flatMap((value, i): Point[] => [
    [edgesS[i]!, value],
    [edgesS[i + 1]!, value],
  ]);
}

function middlesOf(edgesS: readonly number[], values: readonly (number | null)[]): Point[] {
  return values.flatMap((value, i): Point[] =>
    value === null ? [] : [[(edgesS[i]! + edgesS[i + 1]!) / 2, value]],
  );
}

function medianTtft({ ttft, edgesS }: OverTime): readonly Point[] {
  if (ttft.kind === "quantiles") return ttft.p50;
  return edgesS.slice(1).flatMap((until, i): Point[] => {
    const inside = ttft.points.filter(([at]) => at >= edgesS[i]! && (at < until || i === edgesS.length - 2));
    const sorted = inside.map(([, ms]) => ms).sort((a, b) => a - b);
    return sorted.length === 0 ? [] : [[(edgesS[i]! + until) / 2, sorted[Math.floor(sorted.length / 2)]!]];
  });
}

function valuesOf(layers: readonly Layer[]): number[] {
  return layers.flatMap((layer) =>
    layer.kind === "line" || layer.kind === "points" ? layer.points.map(([, y]) => y) : [],
  );
}
