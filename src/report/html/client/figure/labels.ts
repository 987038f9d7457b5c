import { overlaps } from "../../../figures/overlap.ts";
import type { Rect } from "../../../figures/rect.ts";
import type { Layer, Point } from "../../../figures/spec.ts";
import { textWidth } from "../dom.ts";
import { pixelOf } from "./draw.ts";
import { type PanelSpot, type Spots, TICK_PX } from "./layout.ts";

const POINT_PX = 5;
const GAP_PX = 5;
const HEIGHT_PX = 1.3 * TICK_PX;

/** Texts beside their points, where none stands on another or on a marker; those without a place are left to the pointer. */
export function labelsOf(panel: PanelSpot, spots: Spots): { text: string; x: number; y: number }[] {
  const at = pixelOf(panel, spots);
  const taken = panel.panel.layers.flatMap(markedPoints).map((point) => around(at(point)));
  const placed: { text: string; x: number; y: number }[] = [];
  for (const layer of panel.panel.layers) {
    if (layer.kind !== "labels") continue;
    for (const { at: point, text } of layer.labels) {
      const place = places(at(point), textWidth(text, TICK_PX)).find(
        (box) => isInside(box, panel.plot) && !taken.some((other) => overlaps(box, other)),
      );
      if (place === undefined) continue;
      taken.push(place);
      placed.push({ text, x: place.x, y: place.y + HEIGHT_PX / 2 });
    }
  }
  return placed;
}

function markedPoints(layer: Layer): readonly Point[] {
  if (layer.kind === "points") return layer.small === true ? [] : layer.points;
  return layer.kind === "line" && layer.marked === true ? layer.points : [];
}

function around([x, y]: readonly [number, number]): Rect {
  return { x: x - POINT_PX, y: y - POINT_PX, width: 2 * POINT_PX, height: 2 * POINT_PX };
}

/** Right, above, left, below, and the corners. */
function places([x, y]: readonly [number, number], width: number): Rect[] {
  const size = { width, height: HEIGHT_PX };
  const [right, left] = [x + POINT_PX + GAP_PX, x - POINT_PX - GAP_PX - width];
  const [above, below] = [y - POINT_PX - 1 - HEIGHT_PX, y + POINT_PX + 1];
  const columns = [right, left, x - width / 2];
  return [
    { x: right, y: y - HEIGHT_PX / 2, ...size },
    { x: x - width / 2, y: above, ...size },
    { x: left, y: y - HEIGHT_PX / 2, ...size },
    ...columns.flatMap((column) => [below, above].map((row) => ({ x: column, y: row, ...size }))),
  ];
}

function isInside(box: Rect, plot: Rect): boolean {
  return (
    box.x >= plot.x &&
    box.y >= plot.y &&
    box.x + box.width <= plot.x + plot.width &&
    box.y + box.height <= plot.y + plot.height
  );
}
