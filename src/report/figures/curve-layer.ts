import type { LoadPoint } from "./load-points.ts";
import { runStyle } from "./run-style.ts";
import type { Layer, LegendEntry, Point, Style } from "./spec.ts";

/** A point of a curve, with the load that gave it. */
export interface Spot {
  readonly at: Point;
  readonly load: LoadPoint;
}

/** Points over loads, joined where they are a curve; those beyond saturation are crosses. */
export function curveLayer(style: Style, spots: readonly Spot[], isCurve: boolean): Layer {
  const points = spots.map(({ at }) => at);
  const crossed = spots.flatMap(({ load }, i) => (load.isSaturated ? [i] : []));
  return isCurve
    ? { kind: "line", style, points, marked: true, crossed }
    : { kind: "points", style, points, crossed };
}

/** What the crosses are; none where there are none. */
export function crossesKey(points: readonly LoadPoint[]): LegendEntry[] {
  if (!points.some(({ isSaturated }) => isSaturated)) return [];
  return [{ text: "beyond saturation", key: { kind: "point", style: { ...runStyle(0), marker: "cross" } } }];
}
