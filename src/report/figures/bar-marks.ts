import type { Stroke } from "./patterns.ts";
import { type PlacedPlot, pixelOf } from "./pixel.ts";
import type { Bar } from "./spec.ts";
import type { Ruler } from "./ticks.ts";
import { FONTS } from "./typography.ts";

/* Where a bar's interval and its numbers stand, in whatever draws them. */

const CAP_PX = 5;
/** Height of a line of numbers. */
export const LABEL_LINE_PX = FONTS.tick.px * 1.25;
/** Between a bar, or its interval, and the numbers above it. */
const GAP_PX = 4;

/** The middle of a bar, and the upper edge of `lines` lines of numbers above it and its interval, in px. */
export function labelSpot(bar: Bar, lines: number, plot: PlacedPlot, x: Ruler): { x: number; top: number } {
  const highest = Math.max(bar.value, bar.interval?.high ?? bar.value);
  const [middle, y] = pixelOf(plot, x)([(bar.from + bar.to) / 2, highest]);
  return { x: middle, top: y - (lines === 0 ? 0 : GAP_PX + lines * LABEL_LINE_PX) };
}

/** A bar's interval: a line with caps. One without an upper bound goes on above the bar's numbers to the panel's upper edge. @param lines of numbers */
export function intervalStrokes(bar: Bar, lines: number, plot: PlacedPlot, xRuler: Ruler): Stroke[] {
  if (bar.interval === null) return [];
  const { low, high } = bar.interval;
  const { x, top } = labelSpot(bar, lines, plot, xRuler);
  const yAt = (value: number) => pixelOf(plot, xRuler)([0, value])[1];
  const cap = (y: number): Stroke => [x - CAP_PX, y, x + CAP_PX, y];
  const strokes: Stroke[] =
    high === null
      ? [
          [x, yAt(low ?? 0), x, yAt(bar.value)],
          [x, top, x, plot.plot.y],
        ]
      : [[x, yAt(low ?? 0), x, yAt(high)], cap(yAt(high))];
  return low === null ? strokes : [...strokes, cap(yAt(low))];
}
