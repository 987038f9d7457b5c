import { barLook } from "./bar-look.ts";
import type { PanelLayout, TextSpot } from "./layout.ts";
import { type Stroke, strokesOf } from "./patterns.ts";
import { pixelOf } from "./pixel.ts";
import type { Series } from "./series.ts";
import { type Corners, shapeSeries } from "./shapes.ts";
import type { Bar, Layer } from "./spec.ts";
import type { Theme } from "./theme.ts";
import type { Ruler } from "./ticks.ts";
import { FONTS } from "./typography.ts";

type Bars = Extract<Layer, { kind: "bars" }>;

const CAP_PX = 5;
/** Between the strokes of a pattern. */
const STEP_PX = 7;
const LINE_PX = FONTS.tick.px * 1.25;
/** Between a bar, or its interval, and the numbers above it. */
const GAP_PX = 4;

/** Bars of one look with their intervals; an interval without an upper bound goes on to the panel's upper edge. */
export function barSeries(
  base: Series,
  { look, bars }: Bars,
  panel: PanelLayout,
  x: Ruler,
  theme: Theme,
): Series {
  const { pattern, fill, ink } = barLook(theme, look);
  const corners = bars.map(({ from, to, value }): Corners => [from, 0, to, value]);
  const pixel = pixelOf(panel, x);
  return shapeSeries(base, corners, 2, (_from, _to, place) => {
    const bar = bars[place]!;
    const [left, bottom] = pixel([bar.from, 0]);
    const [right, top] = pixel([bar.to, bar.value]);
    const rect = { x: left, y: top, width: right - left, height: bottom - top };
    const { strokes, widthPx } = strokesOf(pattern, rect, STEP_PX);
    return {
      type: "group",
      children: [
        { type: "rect", shape: rect, style: { fill, stroke: ink, lineWidth: 1 } },
        ...(strokes.length === 0 ? [] : [path(strokes, ink, widthPx)]),
        ...intervalOf(bar, panel, x, theme),
      ],
    };
  });
}

function path(strokes: readonly Stroke[], stroke: string, lineWidth: number): Series {
  const pathData = strokes.map(([x0, y0, x1, y1]) => `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}`).join("");
  return { type: "path", shape: { pathData }, style: { stroke, lineWidth, fill: "none" } };
}

function px(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** A line with caps, on a wider one in the background's colour, so that it can be seen on any pattern. */
function intervalOf(bar: Bar, panel: PanelLayout, xRuler: Ruler, theme: Theme): Series[] {
  if (bar.interval === null) return [];
  const { low, high } = bar.interval;
  const pixel = pixelOf(panel, xRuler);
  const x = pixel([middleOf(bar), 0])[0];
  const yAt = (value: number) => pixel([0, value])[1];
  const cap = (y: number): Stroke => [x - CAP_PX, y, x + CAP_PX, y];
  const strokes: Stroke[] =
    high === null
      ? // Through the bar, and on above its numbers.
        [
          [x, yAt(low ?? 0), x, yAt(bar.value)],
          [x, topOfLabel(bar, panel, xRuler), x, panel.plot.y],
        ]
      : [[x, yAt(low ?? 0), x, yAt(high)], cap(yAt(high))];
  if (low !== null) strokes.push(cap(yAt(low)));
  return [path(strokes, theme.background, 4), path(strokes, theme.text, 1.4)];
}

/** The numbers above the bars of a panel, each line on the middle of its bar. */
export function barLabels(panel: PanelLayout, x: Ruler): TextSpot[] {
  const bars = panel.panel.layers.flatMap((layer) => (layer.kind === "bars" ? layer.bars : []));
  return bars.flatMap((bar) => {
    const middle = pixelOf(panel, x)([middleOf(bar), 0])[0];
    const top = topOfLabel(bar, panel, x);
    return bar.label.map(
      (text, line): TextSpot => ({
        text,
        x: middle,
        y: top + (line + 0.5) * LINE_PX,
        font: { ...FONTS.tick, bold: line === 0 },
        align: "center",
        role: "text",
        backed: true,
      }),
    );
  });
}

function middleOf({ from, to }: Bar): number {
  return (from + to) / 2;
}

function topOfLabel({ value, interval, label }: Bar, panel: PanelLayout, x: Ruler): number {
  const highest = Math.max(value, interval?.high ?? value);
  return pixelOf(panel, x)([0, highest])[1] - GAP_PX - label.length * LINE_PX;
}
