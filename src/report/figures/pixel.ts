import type { PanelLayout } from "./layout.ts";
import type { Pixel } from "./overlap.ts";
import type { Point } from "./spec.ts";
import type { Ruler } from "./ticks.ts";

/** Where a value stands on the canvas. */
export function pixelOf({ plot, ruler }: PanelLayout, x: Ruler): (point: Point) => Pixel {
  return ([atX, atY]) => [
    plot.x + ((x.of(atX) - x.min) / (x.max - x.min)) * plot.width,
    plot.y + (1 - (ruler.of(atY) - ruler.min) / (ruler.max - ruler.min)) * plot.height,
  ];
}
