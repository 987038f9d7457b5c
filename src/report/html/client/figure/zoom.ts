import type { Pixel } from "../../../figures/overlap.ts";
import type { PanelSpot, Spots, Zoom } from "./layout.ts";
import { LEAST_WIDTH, type View, viewBetween } from "./scale.ts";

/** A shorter stretch of a drag is none: the drag is along the other axis. */
const LEAST_PX = 10;

export interface Rubber {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a drag from one place to another encloses: along x over all panels, along y in the panel that it began in. */
export function rubberOf(spots: Spots, from: Pixel, to: Pixel): Rubber | null {
  const panel = panelAt(spots, from[1]);
  const { plot } = panel;
  const [x0, x1] = ordered(
    clamped(from[0], plot.x, plot.x + plot.width),
    clamped(to[0], plot.x, plot.x + plot.width),
  );
  const [y0, y1] = ordered(
    clamped(from[1], plot.y, plot.y + plot.height),
    clamped(to[1], plot.y, plot.y + plot.height),
  );
  const [isWide, isHigh] = [x1 - x0 >= LEAST_PX, y1 - y0 >= LEAST_PX];
  if (!isWide && !isHigh) return null;
  const isOnlyX = !isHigh || x1 - x0 > 6 * (y1 - y0);
  const isOnlyY = !isWide;
  const { y: top } = spots.panels[0]!.plot;
  const last = spots.panels.at(-1)!.plot;
  return {
    x: isOnlyY ? plot.x : x0,
    width: isOnlyY ? plot.width : x1 - x0,
    y: isOnlyX ? top : y0,
    height: isOnlyX ? last.y + last.height - top : y1 - y0,
  };
}

/** The zoom that such a drag asks for; null where it was none. */
export function zoomOf(spots: Spots, zoom: Zoom, from: Pixel, to: Pixel): Zoom | null {
  const rubber = rubberOf(spots, from, to);
  if (rubber === null) return null;
  const panel = panelAt(spots, from[1]);
  const { plot, ruler } = panel;
  const isWholeX = rubber.width === plot.width;
  const isWithinPanel = rubber.y >= plot.y && rubber.height <= plot.height && rubber.height < plot.height - 1;
  const xAt = (px: number) => spots.x.min + ((px - plot.x) / plot.width) * (spots.x.max - spots.x.min);
  const yAt = (px: number) => ruler.max - ((px - plot.y) / plot.height) * (ruler.max - ruler.min);
  const x = isWholeX ? zoom.x : viewBetween(spots.x, xAt(rubber.x), xAt(rubber.x + rubber.width));
  const y = isWithinPanel ? viewBetween(ruler, yAt(rubber.y + rubber.height), yAt(rubber.y)) : null;
  return {
    x: isWideEnough(x) ? x : zoom.x,
    y: zoom.y.map((view, i) => (spots.panels[i] === panel && isWideEnough(y) ? y : view)),
  };
}

/** The x axis stretched around a place. @param factor above 1: closer */
export function zoomAround(spots: Spots, zoom: Zoom, px: number, factor: number, whole: View): Zoom {
  const { plot } = spots.panels[0]!;
  const share = clamped((px - plot.x) / plot.width, 0, 1);
  const { min, max } = spots.x;
  const width = (max - min) / factor;
  const from = min + share * (max - min) - share * width;
  const [low, high] = viewBetween(spots.x, from, from + width);
  const [least, most] = whole;
  const view: View = [Math.max(low, least), Math.min(high, most)];
  if (view[0] <= least && view[1] >= most) return { ...zoom, x: null };
  return { ...zoom, x: isWideEnough(view) ? view : zoom.x };
}

function isWideEnough(view: View | null): view is View {
  return view !== null && view[1] - view[0] > LEAST_WIDTH * Math.max(Math.abs(view[0]), Math.abs(view[1]));
}

export function panelAt(spots: Spots, y: number): PanelSpot {
  return spots.panels.findLast(({ plot }) => y >= plot.y - 24) ?? spots.panels[0]!;
}

function clamped(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function ordered(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}
