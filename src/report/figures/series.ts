import { assertNever } from "../../core/errors.ts";
import { barSeries } from "./bars.ts";
import type { PanelLayout } from "./layout.ts";
import { markerSymbol } from "./markers.ts";
import { box, type Corners, interval, shapeSeries, straightLine } from "./shapes.ts";
import type { Layer, Point, Style } from "./spec.ts";
import { DASHES, type Theme, toneOf } from "./theme.ts";
import type { Ruler } from "./ticks.ts";

/** A piece of an ECharts option. */
export type Series = Record<string, unknown>;

const MARKER_PX = 8;
const SMALL_PX = 4;

/** One layer of a panel as ECharts series; none for what is written as text. */
export function seriesOf(layer: Layer, panel: PanelLayout, x: Ruler, index: number, theme: Theme): Series[] {
  const y = panel.ruler;
  const at = ([px, py]: Point): [number, number] => [x.of(px), y.of(py)];
  const base = {
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    animation: false,
    emphasis: { disabled: true },
  };
  switch (layer.kind) {
    case "line":
      return [
        {
          ...base,
          type: "line",
          data: dataOf(layer, at, theme),
          step: layer.stepped === true ? "end" : false,
          lineStyle: lineLook(layer.style, theme, layer.thin === true ? 1.4 : 2),
          symbol: markerSymbol(layer.style.marker),
          symbolSize: MARKER_PX,
          showSymbol: layer.marked === true,
          showAllSymbol: true,
          itemStyle: markerLook(layer.style, theme),
          z: 3,
        },
      ];
    case "points": {
      const isSmall = layer.small === true;
      return [
        {
          ...base,
          type: "scatter",
          data: dataOf(layer, at, theme),
          symbol: markerSymbol(layer.style.marker),
          symbolSize: isSmall ? SMALL_PX : MARKER_PX,
          itemStyle: isSmall ? { color: toneOf(theme, layer.style.tone) } : markerLook(layer.style, theme),
          z: 4,
        },
      ];
    }
    case "boxes": {
      const corners = layer.boxes.map(({ from, to }): Corners => [...at(from), ...at(to)]);
      return [shapeSeries(base, corners, 2, box(theme.fills[layer.fill]))];
    }
    case "bars":
      return [barSeries(base, layer, panel, x, theme)];
    case "zone": {
      const { from, to } = layer;
      const corners: Corners = [
        from === null ? x.min : x.of(from),
        y.min,
        to === null ? x.max : x.of(to),
        y.max,
      ];
      return [shapeSeries(base, [corners], -1, box({ fill: theme.zone, stroke: null }))];
    }
    case "spreads": {
      const corners = layer.spreads.map(({ at: point, low, high }): Corners => {
        const [px, py] = at(point);
        const edge = (bound: number, own: number) => (layer.stubs === true ? own : bound);
        return layer.along === "y"
          ? [px, low === null ? edge(y.min, py) : y.of(low), px, high === null ? edge(y.max, py) : y.of(high)]
          : [
              low === null ? edge(x.min, px) : x.of(low),
              py,
              high === null ? edge(x.max, px) : x.of(high),
              py,
            ];
      });
      const { along, spreads, stubs = false } = layer;
      const shape = interval(toneOf(theme, layer.style.tone), along, spreads, stubs);
      return [shapeSeries(base, corners, 3, shape)];
    }
    case "rule": {
      const corners: Corners =
        layer.along === "x"
          ? [x.of(layer.at), y.min, x.of(layer.at), y.max]
          : [x.min, y.of(layer.at), x.max, y.of(layer.at)];
      return [shapeSeries(base, [corners], 1, straightLine(theme.muted))];
    }
    case "labels":
      return [];
    default:
      return assertNever(layer);
  }
}

/** Places of points; a crossed one brings its own marker. */
function dataOf(
  { points, style, crossed = [] }: Extract<Layer, { kind: "line" | "points" }>,
  at: (point: Point) => [number, number],
  theme: Theme,
): unknown[] {
  const cross = { ...style, marker: "cross" } as const;
  const look = { symbol: markerSymbol("cross"), itemStyle: markerLook(cross, theme) };
  return points.map((point, i) => (crossed.includes(i) ? { value: at(point), ...look } : at(point)));
}

export function lineLook(style: Style, theme: Theme, width: number) {
  const dash = DASHES[style.dash];
  return { color: toneOf(theme, style.tone), width, type: dash.length === 0 ? "solid" : dash, cap: "butt" };
}

/** In black and white every second tone is hollow. */
export function markerLook({ tone, marker }: Style, theme: Theme) {
  const colour = toneOf(theme, tone);
  const isHollow = theme.isMonochrome && tone % 2 === 1 && marker !== "cross";
  return { color: isHollow ? theme.background : colour, borderColor: colour, borderWidth: 1.3 };
}
