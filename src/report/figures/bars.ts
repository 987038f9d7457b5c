import { barLook } from "./bar-look.ts";
import { intervalStrokes, LABEL_LINE_PX, labelSpot } from "./bar-marks.ts";
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

/** Between the strokes of a pattern. */
const STEP_PX = 7;

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

/** On a wider line in the background's colour, so that it can be seen on any pattern. */
function intervalOf(bar: Bar, panel: PanelLayout, x: Ruler, theme: Theme): Series[] {
  const strokes = intervalStrokes(bar, bar.label.length, panel, x);
  if (strokes.length === 0) return [];
  return [path(strokes, theme.background, 4), path(strokes, theme.text, 1.4)];
}

/** The numbers above the bars of a panel, each line on the middle of its bar. */
export function barLabels(panel: PanelLayout, xRuler: Ruler): TextSpot[] {
  const bars = panel.panel.layers.flatMap((layer) => (layer.kind === "bars" ? layer.bars : []));
  return bars.flatMap((bar) => {
    const { x, top } = labelSpot(bar, bar.label.length, panel, xRuler);
    return bar.label.map(
      (text, line): TextSpot => ({
        text,
        x,
        y: top + (line + 0.5) * LABEL_LINE_PX,
        font: { ...FONTS.tick, bold: line === 0 },
        align: "center",
        role: "text",
        backed: true,
      }),
    );
  });
}
