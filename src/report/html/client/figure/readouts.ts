import type { Pixel } from "../../../figures/overlap.ts";
import { pixelOf } from "../../../figures/pixel.ts";
import type { Layer, LegendEntry, Point, Style } from "../../../figures/spec.ts";
import { type FigureData, shownValue } from "../../figure-data.ts";
import type { PanelSpot, Spots } from "./layout.ts";
import { nameOf, nameOfBar, nameOfFill, unitOf } from "./names.ts";

/** One value under the pointer. */
export interface Readout {
  panel: string;
  key: LegendEntry["key"] | null;
  name: string;
  value: string;
  /** Where it stands, in px; null: all over a box. */
  at: Pixel | null;
}

export interface Reading {
  /** Where the crosshair stands. */
  x: number;
  title: string;
  readouts: Readout[];
}

/** How near a point has to be, in px. */
const NEAR_PX = 24;
const SAME_PX = 3;

/** All values at a place of the figure: of lines by x, of points the nearest, of areas what is under it. */
export function readingAt(figure: FigureData, spots: Spots, [px, py]: Pixel): Reading {
  const anchors = anchorsOf(figure, spots);
  const x = anchors === null ? px : nearestOf(anchors, px);
  const { plot } = spots.panels[0]!;
  const position = spots.x.min + ((x - plot.x) / plot.width) * (spots.x.max - spots.x.min);
  const readouts = spots.panels.flatMap((panel) =>
    panel.panel.layers
      .flatMap((layer) => readoutsOf(layer, panel, figure, spots, [x, py]))
      .map((readout) => (isInSight(readout, panel) ? readout : { ...readout, at: null })),
  );
  return { x, title: titleAt(spots.x.valueAt(position), figure), readouts };
}

function titleAt(value: number, { x: { name, format, groups } }: FigureData): string {
  if (groups === null) return `${name}: ${shownValue(value, format)}`;
  return (groups[Math.round(value)] ?? []).join(" · ");
}

/** Zoomed in along y, a value may stand outside of its panel. */
function isInSight({ at }: Readout, { plot }: PanelSpot): boolean {
  return at !== null && at[1] >= plot.y - 1 && at[1] <= plot.y + plot.height + 1;
}

/** Where all values are single points, the crosshair goes from point to point; else null. */
function anchorsOf({ panels }: FigureData, spots: Spots): number[] | null {
  const layers = panels.flatMap((panel) => panel.layers);
  if (layers.some((layer) => layer.kind === "boxes" || (layer.kind === "line" && layer.marked !== true)))
    return null;
  return stopsOf(spots);
}

/** The px at which something stands, in order, each once. */
export function stopsOf(spots: Spots): number[] {
  const { plot } = spots.panels[0]!;
  const stops = new Set<number>();
  for (const panel of spots.panels) {
    const at = pixelOf(panel, spots.x);
    for (const layer of panel.panel.layers) {
      if (layer.kind === "line" || layer.kind === "points")
        for (const point of layer.points) stops.add(Math.round(2 * at(point)[0]) / 2);
      if (layer.kind === "boxes" && panel.panel.bare !== true)
        for (const { from, to } of layer.boxes) stops.add(Math.round(at(from)[0] + at(to)[0]) / 2);
      if (layer.kind === "bars")
        for (const { from, to } of layer.bars) stops.add(Math.round(2 * at([(from + to) / 2, 0])[0]) / 2);
    }
  }
  return [...stops].filter((x) => x >= plot.x - 1 && x <= plot.x + plot.width + 1).sort((a, b) => a - b);
}

function nearestOf(stops: readonly number[], px: number): number {
  return stops.reduce(
    (best, stop) => (Math.abs(stop - px) < Math.abs(best - px) ? stop : best),
    stops[0] ?? px,
  );
}

function readoutsOf(
  layer: Layer,
  panel: PanelSpot,
  figure: FigureData,
  spots: Spots,
  pointer: Pixel,
): Readout[] {
  const at = pixelOf(panel, spots.x);
  const of = (point: Point, style: Style, isLine: boolean, key: LegendEntry["key"]): Readout => ({
    panel: panel.panel.name,
    key,
    name: [nameOf(style, isLine, panel.panel, figure), labelAt(point, panel)]
      .filter((text) => text !== "")
      .join(" · "),
    value: withInterval(shownValue(point[1], panel.panel.y.format), point, style, panel),
    at: at(point),
  });
  switch (layer.kind) {
    case "line": {
      const found = onLine(layer.points.map(at), pointer[0], layer.stepped === true, layer.marked === true);
      if (found === null) return [];
      const key = { kind: "line", style: layer.style, marked: layer.marked === true } as const;
      const isLine = layer.marked !== true;
      return [of(layer.points[found]!, layer.style, isLine, key)].map((readout) =>
        isLine ? { ...readout, at: [pointer[0], readout.at![1]] as const } : readout,
      );
    }
    case "points": {
      const found = nearestPoint(layer.points.map(at), pointer, layer.small === true, panel);
      return found === null
        ? []
        : [of(layer.points[found]!, layer.style, false, { kind: "point", style: layer.style })];
    }
    case "boxes":
      return boxesAt(layer, panel, figure, spots, pointer);
    case "bars":
      return barsAt(layer, panel, figure, spots, pointer[0]);
    default:
      return [];
  }
}

/** Which point of a line stands for this x: the last one before it of steps, else the nearer one. */
function onLine(pixels: readonly Pixel[], x: number, isStepped: boolean, isMarked: boolean): number | null {
  if (pixels.length === 0) return null;
  let best = 0;
  for (const [i, pixel] of pixels.entries()) {
    if (isStepped ? pixel[0] <= x : Math.abs(pixel[0] - x) < Math.abs(pixels[best]![0] - x)) best = i;
  }
  if (isMarked) return Math.abs(pixels[best]![0] - x) <= SAME_PX ? best : null;
  const [first, last] = [pixels[0]![0], pixels.at(-1)![0]];
  if (x < first - SAME_PX || x > last + SAME_PX) return null;
  // Where a line jumps, two points have one x: the one whose side the pointer is on.
  const [here, next] = [pixels[best]!, pixels[best + 1]];
  return !isStepped && next !== undefined && next[0] === here[0] && x > here[0] ? best + 1 : best;
}

function nearestPoint(
  pixels: readonly Pixel[],
  [x, y]: Pixel,
  isSmall: boolean,
  { plot }: PanelSpot,
): number | null {
  const isInside = y >= plot.y && y <= plot.y + plot.height;
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const [i, pixel] of pixels.entries()) {
    const away = isSmall && isInside ? Math.hypot(pixel[0] - x, pixel[1] - y) : Math.abs(pixel[0] - x);
    if (away < least) [best, least] = [i, away];
  }
  return least <= (isSmall && isInside ? NEAR_PX : SAME_PX) ? best : null;
}

function boxesAt(
  layer: Extract<Layer, { kind: "boxes" }>,
  panel: PanelSpot,
  figure: FigureData,
  spots: Spots,
  [px, py]: Pixel,
): Readout[] {
  const at = pixelOf(panel, spots.x);
  const isBar = panel.panel.bare !== true;
  const box = layer.boxes.find(({ from, to }) => {
    const [[x0, y0], [x1, y1]] = [at(from), at(to)];
    return (
      px >= x0 && px <= Math.max(x1, x0 + 1) && (isBar || (py <= Math.max(y0, y1) && py >= Math.min(y0, y1)))
    );
  });
  if (box === undefined) return [];
  const [from, to] = [box.from, box.to];
  const unit = unitOf(figure.x.name);
  const span = `${shownValue(from[0], figure.x.format)} to ${shownValue(to[0], figure.x.format)} ${unit}`;
  return [
    {
      panel: panel.panel.name,
      key: { kind: "fill", fill: layer.fill },
      name: isBar ? span : `${nameOfFill(layer.fill, figure)}, lane ${Math.floor(-from[1]) + 1}`,
      value: isBar
        ? shownValue(to[1], panel.panel.y.format)
        : `${shownValue(to[0] - from[0], figure.x.format)} ${unit}`,
      at: null,
    },
  ];
}

/** The bar on whose middle the crosshair stands. */
function barsAt(
  { look, bars }: Extract<Layer, { kind: "bars" }>,
  panel: PanelSpot,
  figure: FigureData,
  spots: Spots,
  x: number,
): Readout[] {
  const at = pixelOf(panel, spots.x);
  return bars.flatMap(({ from, to, value, label, interval }) => {
    const top = at([(from + to) / 2, value]);
    if (Math.abs(top[0] - x) > SAME_PX) return [];
    const [shown = ""] = label;
    return [
      {
        panel: panel.panel.name,
        key: { kind: "bar", look } as const,
        name: nameOfBar(look, figure),
        value: interval === null ? shown : `${shown} ${intervalText(interval, panel.panel.y.format)}`,
        at: top,
      },
    ];
  });
}

function intervalText(
  { low, high }: { low: number | null; high: number | null },
  format: Parameters<typeof shownValue>[1],
): string {
  const bound = (value: number | null) => (value === null ? "?" : shownValue(value, format));
  return `[${bound(low)} to ${bound(high)}]`;
}

function labelAt(point: Point, { panel }: PanelSpot): string {
  const labels = panel.layers.flatMap((layer) => (layer.kind === "labels" ? layer.labels : []));
  return labels.find(({ at }) => isSame(at, point))?.text ?? "";
}

/** `40.1 [38.2 to 43.1]`, by what is drawn as a bar through the point; `≥40.1` where that is an arrow. */
function withInterval(shown: string, point: Point, style: Style, { panel }: PanelSpot): string {
  for (const layer of panel.layers) {
    if (layer.kind !== "spreads" || layer.style.tone !== style.tone) continue;
    const spread = layer.spreads.find(({ at }) => isSame(at, point));
    if (spread === undefined) continue;
    const value = spread.isLowerBound === true ? `≥${shown}` : shown;
    // An arrow alone begins at its point.
    if (spread.isLowerBound === true && spread.low === spread.at[1]) return value;
    return `${value} ${intervalText(spread, layer.along === "y" ? panel.y.format : "plain")}`;
  }
  return shown;
}

/** Coordinates of points are rounded on their way into the page, those of labels and bars are not. */
function isSame([ax, ay]: Point, [bx, by]: Point): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
  return near(ax, bx) && near(ay, by);
}
