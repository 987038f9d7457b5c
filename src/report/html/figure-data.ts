import type { Axis, Figure, Layer, LegendEntry, Panel, Point } from "../figures/spec.ts";
import { percent, plain } from "../figures/ticks.ts";

/* A figure as it travels into a page: its spec as JSON, in which the texts of ticks are names of functions. */

const formats = { plain, percent };

/** Layers and entries of keys that pages draw: all but the bars of storage runs. */
export type LayerData = Exclude<Layer, { kind: "bars" }>;
export type KeyData = Exclude<LegendEntry["key"], { kind: "bar" }>;
export interface EntryData {
  text: string;
  key: KeyData;
}

export type AxisData = Omit<Axis, "format"> & { format: keyof typeof formats };
export type PanelData = Omit<Panel, "y" | "layers" | "key"> & {
  y: AxisData;
  layers: readonly LayerData[];
  key?: readonly EntryData[];
};
export type FigureData = Omit<Figure, "panels" | "x" | "facts" | "legend"> & {
  panels: readonly PanelData[];
  x: AxisData & { name: string };
  legend: readonly EntryData[];
};

/** Digits that a coordinate keeps: more than any screen, zoomed in a hundred times, has pixels. */
const DIGITS = 7;

/** @throws Error for what pages cannot draw: bars, and ticks written by a function that they do not know */
export function figureData({ facts: _, x, ...figure }: Figure): FigureData {
  if (x.scale === "groups") throw notDrawn("groups");
  return {
    ...figure,
    legend: figure.legend.map(entryData),
    panels: figure.panels.map(({ key, ...panel }) => ({
      ...panel,
      y: axisData(panel.y),
      layers: panel.layers.map(layerData),
      ...(key === undefined ? {} : { key: key.map(entryData) }),
    })),
    x: { ...axisData(x), name: x.name },
  };
}

function notDrawn(what: string): Error {
  return new Error(`a figure has ${what} that pages cannot draw`);
}

function entryData({ text, key }: LegendEntry): EntryData {
  if (key.kind === "bar") throw notDrawn("bars");
  return { text, key };
}

/** The axis as functions of figures take it. */
export function axisOf({ format, ...axis }: AxisData): Axis {
  return { ...axis, format: formats[format] };
}

function axisData({ format, ...axis }: Axis): AxisData {
  const name = Object.entries(formats).find(([, known]) => known === format)?.[0];
  if (name === undefined) throw notDrawn("ticks");
  return { ...axis, format: name as keyof typeof formats };
}

function layerData(layer: Layer): LayerData {
  switch (layer.kind) {
    case "bars":
      throw notDrawn("bars");
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

/** A value for a reader, as a tick of its axis would be written. */
export function shownValue(value: number, format: AxisData["format"]): string {
  return formats[format](value);
}
