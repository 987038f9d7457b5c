import { crossesRect, overlaps, type Pixel, type Segment } from "./overlap.ts";
import { type PlacedPlot, pixelOf } from "./pixel.ts";
import type { Rect } from "./rect.ts";
import type { Layer, Panel, Point } from "./spec.ts";
import type { Ruler } from "./ticks.ts";
import { FONTS } from "./typography.ts";

/** A panel whose place is known. */
export interface PlacedPanel extends PlacedPlot {
  panel: Pick<Panel, "layers">;
}

/** A label's text and where it begins; `y` is the middle of its line. */
export interface LabelSpot {
  text: string;
  x: number;
  y: number;
}

/** A point's own room, so that no text stands on it. */
const POINT_PX = 5;
const GAP_PX = 6;
/** What an open end takes where it does not go to the plot's edge. */
const STUB_PX = 22;
const HEIGHT_PX = FONTS.tick.px * 1.3;

/**
 * Texts beside their points, where none stands on another, on a marker or an interval, or outside of the plot; off the lines, too, where there is
 * such a place. A label without a place is left out.
 * @param widthOf a text of the size of ticks, in px
 */
export function labelSpots(panel: PlacedPanel, x: Ruler, widthOf: (text: string) => number): LabelSpot[] {
  const pixel = pixelOf(panel, x);
  const { layers } = panel.panel;
  const markers = layers.flatMap(marksOf).map((point) => around(pixel(point)));
  const bars = layers.flatMap((layer) => barsOf(layer, panel, pixel));
  const lines = layers.flatMap((layer) => linesOf(layer, pixel));
  const taken: Rect[] = [];
  const spots: LabelSpot[] = [];
  for (const { at, text } of layers.flatMap((layer) => (layer.kind === "labels" ? layer.labels : []))) {
    const free = places(pixel(at), widthOf(text)).filter(
      (rect) => isInside(rect, panel.plot) && ![...taken, ...markers].some((other) => overlaps(rect, other)),
    );
    const isOff = (segments: readonly Segment[]) => (rect: Rect) =>
      !segments.some((segment) => crossesRect(segment, rect));
    const clear = free.filter(isOff(bars));
    const place = clear.find(isOff(lines)) ?? clear[0];
    if (place === undefined) continue;
    taken.push(place);
    spots.push({ text, x: place.x, y: place.y + HEIGHT_PX / 2 });
  }
  return spots;
}

function marksOf(layer: Layer): readonly Point[] {
  if (layer.kind === "points") return layer.small === true ? [] : layer.points;
  return layer.kind === "line" && layer.marked === true ? layer.points : [];
}

function around([x, y]: Pixel): Rect {
  return { x: x - POINT_PX, y: y - POINT_PX, width: 2 * POINT_PX, height: 2 * POINT_PX };
}

function barsOf(layer: Layer, { plot }: PlacedPanel, pixel: (point: Point) => Pixel): Segment[] {
  const { x: left, y: top, width, height } = plot;
  const across = (y: number): Segment => [
    [left, y],
    [left + width, y],
  ];
  const down = (x: number): Segment => [
    [x, top],
    [x, top + height],
  ];
  if (layer.kind === "rule")
    return [layer.along === "x" ? down(pixel([layer.at, 0])[0]) : across(pixel([0, layer.at])[1])];
  if (layer.kind !== "spreads") return [];
  return layer.spreads.map(({ at, low, high }): Segment => {
    const [x, y] = pixel(at);
    if (layer.stubs === true && layer.along === "y")
      return [
        low === null ? [x, y + STUB_PX] : pixel([at[0], low]),
        high === null ? [x, y - STUB_PX] : pixel([at[0], high]),
      ];
    const end = (bound: number | null, open: Pixel): Pixel =>
      bound === null ? open : pixel(layer.along === "y" ? [at[0], bound] : [bound, at[1]]);
    const [first, last] = layer.along === "y" ? down(x) : across(y);
    return layer.along === "y" ? [end(low, last), end(high, first)] : [end(low, first), end(high, last)];
  });
}

function linesOf(layer: Layer, pixel: (point: Point) => Pixel): Segment[] {
  if (layer.kind !== "line") return [];
  const corners = layer.points.map(pixel);
  return corners.slice(1).flatMap((to, i): Segment[] => {
    const from = corners[i]!;
    const turn: Pixel = [to[0], from[1]];
    return layer.stepped === true
      ? [
          [from, turn],
          [turn, to],
        ]
      : [[from, to]];
  });
}

/** Where a label may stand: right, above, left, below, and the corners. */
function places([x, y]: Pixel, width: number): Rect[] {
  const size = { width, height: HEIGHT_PX };
  const [middleX, middleY] = [x - width / 2, y - HEIGHT_PX / 2];
  const [right, left] = [x + POINT_PX + GAP_PX, x - POINT_PX - GAP_PX - width];
  const [above, below] = [y - POINT_PX - 1 - HEIGHT_PX, y + POINT_PX + 1];
  return [
    { x: right, y: middleY, ...size },
    { x: middleX, y: above, ...size },
    { x: left, y: middleY, ...size },
    { x: middleX, y: below, ...size },
    { x: right, y: below, ...size },
    { x: left, y: above, ...size },
    { x: right, y: above, ...size },
    { x: left, y: below, ...size },
  ];
}

function isInside(rect: Rect, plot: Rect): boolean {
  return (
    rect.x >= plot.x &&
    rect.y >= plot.y &&
    rect.x + rect.width <= plot.x + plot.width &&
    rect.y + rect.height <= plot.y + plot.height
  );
}
