import { intervalStrokes } from "./interval-marks.ts";
import type { Series } from "./series.ts";
import type { Spread } from "./spec.ts";

/* Shapes that ECharts has no series for, each between two corners given on the axes. */

/** What ECharts hands to a custom series' renderer, as far as it is used here. */
interface RenderApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [number, number];
}

/** [x0, y0, x1, y1] on the axes. */
export type Corners = readonly [number, number, number, number];

/** @param place which of the data it is */
type Shape = (a: [number, number], b: [number, number], place: number) => Series;

/** A custom series that draws one shape for each pair of corners. */
export function shapeSeries(base: Series, data: readonly Corners[], z: number, shape: Shape): Series {
  const renderItem = ({ dataIndex }: { dataIndex: number }, api: RenderApi) =>
    shape(api.coord([api.value(0), api.value(1)]), api.coord([api.value(2), api.value(3)]), dataIndex);
  return { ...base, type: "custom", data, renderItem, clip: true, z, encode: { x: [0, 2], y: [1, 3] } };
}

/** No thinner than this, or a short span could not be seen. */
const LEAST_PX = 0.75;

export function box({ fill, stroke }: { fill: string; stroke: string | null }): Shape {
  return ([x0, y0], [x1, y1]) => ({
    type: "rect",
    shape: {
      x: Math.min(x0, x1),
      y: Math.min(y0, y1),
      width: Math.max(LEAST_PX, Math.abs(x1 - x0)),
      height: Math.abs(y1 - y0),
    },
    style: { fill, ...(stroke === null ? {} : { stroke, lineWidth: 0.8 }) },
  });
}

export function straightLine(stroke: string): Shape {
  return ([x1, y1], [x2, y2]) => ({
    type: "line",
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth: 1.2, lineDash: [5, 4] },
  });
}

/** The intervals of points, along one axis. */
export function interval(
  stroke: string,
  along: "x" | "y",
  spreads: readonly Spread[],
  stubs: boolean,
): Shape {
  return (from, to, place) => {
    const children = intervalStrokes(spreads[place]!, from, to, along, stubs).map(([x1, y1, x2, y2]) => ({
      type: "line",
      shape: { x1, y1, x2, y2 },
      style: { stroke, lineWidth: 1.2 },
    }));
    return { type: "group", children };
  };
}
