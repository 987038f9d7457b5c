import type { About } from "./about.ts";
import { fromZeroWithRoom, suited } from "./axis.ts";
import { crossesKey, curveLayer } from "./curve-layer.ts";
import { labelOrder } from "./label-order.ts";
import {
  curveQuantiles,
  type Estimate,
  type Latency,
  type LoadPoint,
  type LoadSeries,
} from "./load-points.ts";
import { runStyle } from "./run-style.ts";
import { sizesOf } from "./sizes.ts";
import type { Axis, Figure, Layer, LegendEntry, Panel, Point, Spread, Style } from "./spec.ts";

/** With more points than this their intervals would be a thicket. */
const MOST_INTERVALS = 12;

/** With more points than this an interval's open end is no line to the plot's edge. */
const MOST_OPEN = 6;

/** Latency over load: one panel a latency, p50, p90 and p99 in each. */
export interface CurveKind {
  file: string;
  title: string;
  x: { name: string; of(point: LoadPoint): number };
  panels: readonly { name: string; of(point: LoadPoint): Latency | null }[];
}

export const throughputLatency: CurveKind = {
  file: "throughput_latency",
  title: "Latency against throughput",
  x: { name: "Output throughput, tok/s", of: (point) => point.outputTokensPerS },
  panels: [
    { name: "E2EL, ms", of: (point) => point.e2elMs },
    { name: "TTFT, ms", of: (point) => point.ttftMs },
  ],
};

export const throughputNormalizedLatency: CurveKind = {
  file: "throughput_normalized_latency",
  title: "Normalized latency against throughput",
  x: { name: "Output throughput, tok/s", of: (point) => point.outputTokensPerS },
  panels: [{ name: "NTPOT: E2EL over output tokens, ms", of: (point) => point.ntpotMs }],
};

/** @returns null where no point has such a latency */
export function latencyCurve(kind: CurveKind, series: readonly LoadSeries[], about: About): Figure | null {
  const points = series.flatMap((one) => one.points);
  const panels = kind.panels.filter(({ of }) => points.some((point) => of(point) !== null));
  if (panels.length === 0) return null;
  const isDense = points.length > MOST_INTERVALS;
  const stubs = points.length > MOST_OPEN;
  const estimates = panels.flatMap(({ of }) => points.flatMap((point) => Object.values(of(point) ?? {})));
  const known = estimates.filter((estimate) => estimate !== null);
  const notes = [
    ...(!isDense && known.some(hasBound)
      ? [`bars: 95 % intervals, ${stubs ? "dotted" : "open"} where n is too small for a bound`]
      : []),
    ...(known.some(({ isLowerBound }) => isLowerBound)
      ? ["arrows: lower bounds, requests were unfinished"]
      : []),
  ];
  return {
    name: kind.file,
    title: kind.title,
    subtitle: [sizesOf(series), "steady window where there is one", ...notes].join(" · "),
    caution: about.caution,
    panels: panels.map(({ name, of }, i) =>
      curvePanel(name, of, kind, series, { hasLabels: i === 0, isDense, stubs }),
    ),
    x: { ...fromZeroWithRoom(points.map(kind.x.of)), name: kind.x.name },
    legend: [...keyOf(series), ...crossesKey(points)],
    facts: about.facts,
    plotHeight: panels.length === 1 ? 420 : 500,
  };
}

function curvePanel(
  name: string,
  of: (point: LoadPoint) => Latency | null,
  { x }: CurveKind,
  series: readonly LoadSeries[],
  { hasLabels, isDense, stubs }: { hasLabels: boolean; isDense: boolean; stubs: boolean },
): Panel {
  const layers = series.flatMap((one, s) =>
    curveQuantiles.flatMap((quantile, q): Layer[] => {
      const known = one.points.flatMap((point) => {
        const estimate = of(point)?.[quantile];
        return estimate ? [{ ...spreadOf(estimate, x.of(point)), load: point }] : [];
      });
      const style = styleOf(series.length, s, q);
      const line = curveLayer(style, known, one.isCurve);
      const shown = known.filter((spread) => (isDense ? spread.isLowerBound : hasBound(spread)));
      const spreads = shown.map(({ load: _, ...spread }) => spread);
      return spreads.length === 0 ? [line] : [{ kind: "spreads", style, along: "y", spreads, stubs }, line];
    }),
  );
  const labels = series.flatMap((one) =>
    labelOrder(
      one.points.flatMap((point) => {
        const p50 = of(point)?.p50;
        return p50 ? [{ at: [x.of(point), p50.value] as Point, text: point.label }] : [];
      }),
    ),
  );
  const y = suited(layers.flatMap(valuesOf));
  return {
    name,
    y: hasLabels ? withLabelRoom(y) : y,
    layers: hasLabels ? [...layers, { kind: "labels", labels }] : layers,
  };
}

/** Share of the height that a line of text below the lowest point takes. */
const LABEL_ROOM = 0.09;

/** From 0 on there is room below the points. */
function withLabelRoom(y: Axis): Axis {
  const [low, high] = y.domain;
  return y.scale === "log" ? { ...y, domain: [low / (high / low) ** LABEL_ROOM, high] } : y;
}

/** Of a lower bound the arrow alone where it has no interval below. */
function spreadOf({ value, isLowerBound, low, high }: Estimate, x: number): Spread {
  return isLowerBound
    ? { at: [x, value], low: low ?? value, high: null, isLowerBound }
    : { at: [x, value], low, high };
}

function hasBound({ low, high }: Pick<Spread, "low" | "high">): boolean {
  return low !== null || high !== null;
}

/** So far beyond a lower bound the axis goes, for its arrow to be seen. */
const ARROW_ROOM = 1.5;

function valuesOf(layer: Layer): number[] {
  if (layer.kind === "line" || layer.kind === "points") return layer.points.map(([, y]) => y);
  if (layer.kind === "spreads")
    return layer.spreads.flatMap(({ at, low, high, isLowerBound }) =>
      [low, isLowerBound === true ? at[1] * ARROW_ROOM : high].filter((bound) => bound !== null),
    );
  return [];
}

/** One series: colour, dash and marker tell the quantile. Several: the marker does, colour and dash tell the series. */
function styleOf(count: number, series: number, quantile: number): Style {
  return count === 1 ? runStyle(quantile) : { ...runStyle(series), marker: runStyle(quantile).marker };
}

function keyOf(series: readonly LoadSeries[]): LegendEntry[] {
  if (series.length === 1) {
    const isCurve = series[0]!.isCurve;
    return curveQuantiles.map((text, q) => ({
      text,
      key: isCurve
        ? { kind: "line", style: runStyle(q), marked: true }
        : { kind: "point", style: runStyle(q) },
    }));
  }
  return [
    ...series.map(
      ({ name, isCurve }, s): LegendEntry => ({
        text: name,
        key: isCurve
          ? { kind: "line", style: runStyle(s), marked: false }
          : { kind: "point", style: styleOf(2, s, 0) },
      }),
    ),
    ...curveQuantiles.map(
      (text, q): LegendEntry => ({ text, key: { kind: "point", style: styleOf(2, 0, q) } }),
    ),
  ];
}
