import { intervalStrokes, LABEL_LINE_PX, labelSpot } from "../../../figures/bar-marks.ts";
import { patterns, type Stroke, strokesOf } from "../../../figures/patterns.ts";
import { pixelOf } from "../../../figures/pixel.ts";
import type { Rect } from "../../../figures/rect.ts";
import type { Bar } from "../../../figures/spec.ts";
import type { Ruler } from "../../../figures/ticks.ts";
import { shape, textWidth } from "../dom.ts";
import { type PanelSpot, TICK_PX } from "./layout.ts";

/** Between the strokes of a pattern. */
const STEP_PX = 7;
const SAMPLE_STEP_PX = 5;
/** Between the numbers of neighbours. */
const LABEL_GAP_PX = 8;

/** The bars of a panel, with their intervals and, where there is room, their numbers above them. */
export function barShapes(panel: PanelSpot, x: Ruler): SVGElement[] {
  const at = pixelOf(panel, x);
  const bars = panel.panel.layers.flatMap((layer) =>
    layer.kind === "bars" ? layer.bars.map((bar) => ({ bar, look: layer.look })) : [],
  );
  const hasLabels = haveRoom(
    bars.map(({ bar }) => bar),
    panel,
    x,
  );
  return bars.flatMap(({ bar, look }) => {
    const [left, top] = at([bar.from, bar.value]);
    const [right, bottom] = at([bar.to, 0]);
    const face = { x: left, y: top, width: right - left, height: Math.max(0, bottom - top) };
    const label = hasLabels ? bar.label : [];
    const strokes = intervalStrokes(bar, label.length, panel, x);
    return [
      ...barFace(look, face, STEP_PX),
      ...(strokes.length === 0 ? [] : whiskers(strokes)),
      ...labelShapes(label, labelSpot(bar, label.length, panel, x)),
    ];
  });
}

/** The sample of a look in a key. */
export function barSample(look: number, rect: Rect): SVGElement[] {
  return barFace(look, rect, SAMPLE_STEP_PX);
}

/** Another pattern and another colour for each look, as in every other form of the figure (bar-look.ts). */
function barFace(look: number, rect: Rect, stepPx: number): SVGElement[] {
  const pattern = patterns[look % patterns.length]!;
  const { strokes, widthPx } = strokesOf(pattern, rect, stepPx);
  const tone = `t${look % 7}`;
  const face = shape("rect", { class: `${tone} bar-face${pattern === "solid" ? "" : " pale"}`, ...rect });
  if (strokes.length === 0) return [face];
  return [face, shape("path", { class: `${tone} bar-ink`, d: pathOf(strokes), "stroke-width": widthPx })];
}

/** On a wider line in the background's colour, so that they can be seen on any pattern. */
function whiskers(strokes: readonly Stroke[]): SVGElement[] {
  const d = pathOf(strokes);
  return [shape("path", { class: "whisker-halo", d }), shape("path", { class: "whisker", d })];
}

function pathOf(strokes: readonly Stroke[]): string {
  const px = (value: number) => String(Math.round(10 * value) / 10);
  return strokes.map(([x0, y0, x1, y1]) => `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}`).join("");
}

/** Whether no line of numbers reaches its neighbour; where one would, there are none: the pointer shows them. */
function haveRoom(bars: readonly Bar[], panel: PanelSpot, x: Ruler): boolean {
  const middles = bars.map((bar) => labelSpot(bar, 0, panel, x).x).sort((a, b) => a - b);
  const room = middles
    .slice(1)
    .reduce((least, middle, i) => Math.min(least, middle - middles[i]!), panel.plot.width);
  const widest = bars.reduce((most, { label }) => Math.max(most, ...label.map(widthOf)), 0);
  return widest + LABEL_GAP_PX <= room;
}

function widthOf(text: string, line: number): number {
  return textWidth(text, TICK_PX, line === 0 ? 600 : 400);
}

function labelShapes(label: readonly string[], { x, top }: { x: number; top: number }): SVGElement[] {
  return label.map((text, line) =>
    shape(
      "text",
      {
        class: `label middle backed${line === 0 ? " name" : ""}`,
        x,
        y: top + (line + 0.5) * LABEL_LINE_PX,
        "font-size": TICK_PX,
        dy: "0.35em",
      },
      text,
    ),
  );
}
