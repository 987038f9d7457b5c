import { runStyle } from "../run-style.ts";
import type { Layer, LegendEntry, Point } from "../spec.ts";

export function keyOf(...names: string[]): LegendEntry[] {
  return names.map((text, i) => ({ text, key: { kind: "line", style: runStyle(i), marked: false } }));
}

/** The values of bins as a line with corners at the bins' edges. */
export function stepsOf(edgesS: readonly number[], values: Float64Array): Point[] {
  return [...values].flatMap((value, i): Point[] => [
    [edgesS[i]!, value],
    [edgesS[i + 1]!, value],
  ]);
}

/** The values of bins at their middles; a bin without one is left out. */
export function middlesOf(edgesS: readonly number[], values: readonly (number | null)[]): Point[] {
  return values.flatMap((value, i): Point[] =>
    value === null ? [] : [[(edgesS[i]! + edgesS[i + 1]!) / 2, value]],
  );
}

/** The y values of lines and points. */
export function valuesOf(layers: readonly Layer[]): number[] {
  return layers.flatMap((layer) =>
    layer.kind === "line" || layer.kind === "points" ? layer.points.map(([, y]) => y) : [],
  );
}
