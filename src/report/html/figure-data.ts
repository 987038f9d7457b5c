import type { Axis, Figure, Groups, Layer, Panel, Point } from "../figures/spec.ts";
import { percent, plain, whole } from "../figures/ticks.ts";

/* A figure as it travels into a page: its spec as JSON, in which the texts of ticks are names of functions. */

const formats = { plain, percent, whole };

export type AxisData = Omit<Axis, "format"> & { format: keyof typeof formats };
export type PanelData = Omit<Panel, "y"> & { y: AxisData };
export type FigureData = Omit<Figure, "panels" | "x" | "facts"> & {
  panels: readonly PanelData[];
  x: AxisData & {
    name: string;
    /** What stands below the axis in place of numbers: the i-th group's lines at i; null: numbers. */
    groups: Groups["groups"] | null;
  };
};

/** Digits that a coordinate keeps: more than any screen, zoomed in a hundred times, has pixels. */
const DIGITS = 7;

/** @throws Error for ticks written by a function that pages do not know */
export function figureData({ facts: _, x, ...figure }: Figure): FigureData {
  return {
    ...figure,
    panels: figure.panels.map(({ y, layers, ...panel }) => ({
      ...panel,
      y: axisData(y),
      layers: layers.map(layerData),
    })),
    x: x.scale === "groups" ? groupsData(x) : { ...axisData(x), name: x.name, groups: null },
  };
}

function groupsData({ name, groups }: Groups): FigureData["x"] {
  const domain = [-0.5, groups.length - 0.5] as const;
  return { scale: "linear", domain, tight: true, format: "plain", name, groups };
}

/** The axis as functions of figures take it. */
export function axisOf({ format, ...axis }: AxisData): Axis {
  return { ...axis, format: formats[format] };
}

function axisData({ format, ...axis }: Axis): AxisData {
  const name = Object.entries(formats).find(([, known]) => known === format)?.[0];
  if (name === undefined) throw new Error("a figure has ticks that pages cannot draw");
  return { ...axis, format: name as keyof typeof formats };
}

function layerData(layer: Layer): Layer {
  switch (layer.kind) {
    case "line":
    case "points":
      return { ...layer, points: layer.points.map(roundedPoint) };
    case "boxes":
      return {
        ...layer,
        boxes: layer.boxes.map(({ from, to }) => ({ from: roundedPoint(from), to: roundedPoint(to) })),
      };
    default:
      return layer;
  }
}

function roundedPoint([x, y]: Point): Point {
  return [roundedNumber(x), roundedNumber(y)];
}

function roundedNumber(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** A value for a reader, as a tick of its axis would be written; of what is counted the nearest. */
export function shownValue(value: number, format: AxisData["format"]): string {
  return formats[format](format === "whole" ? Math.round(value) : value);
}
