import type { Pixel } from "./overlap.ts";
import type { Rect } from "./rect.ts";
import type { Point } from "./spec.ts";
import type { Ruler } from "./ticks.ts";

/** A plot on the canvas, and its y axis. */
export interface PlacedPlot {
  plot: Rect;
  ruler: Ruler;
}

/** Where a value stands on the canvas. */
export function pixelOf({ plot, ruler }: PlacedPlot, x: Ruler): (point: Point) => Pixel {
  return ([atX, atY]) => [
    plot.x + ((x.of(atX) - x.min) / (x.max - x.min)) * plot.width,
    plot.y + (1 - (ruler.of(atY) - ruler.min) / (ruler.max - ruler.min)) * plot.height,
  ];
}
