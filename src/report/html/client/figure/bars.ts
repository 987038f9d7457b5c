import { patterns, type Stroke, strokesOf } from "../../../figures/patterns.ts";
import { pixelOf } from "../../../figures/pixel.ts";
import type { Rect } from "../../../figures/rect.ts";
import type { Bar } from "../../../figures/spec.ts";
import type { Ruler } from "../../../figures/ticks.ts";
import { shape, textWidth } from "../dom.ts";
import { type PanelSpot, TICK_PX } from "./layout.ts";

const CAP_PX = 5;
/** Between the strokes of a pattern. */
const STEP_PX = 7;
const SAMPLE_STEP_PX = 5;
const LINE_PX = 1.25 * TICK_PX;
/** Between a bar, or its interval, and the numbers above it. */
const GAP_PX = 4;

/** A bar of a look with its interval; one without an upper bound goes on to the panel's upper edge. */
export function barShapes(look: number, bar: Bar, panel: PanelSpot, x: Ruler): SVGElement[] {
  const at = pixelOf(panel, x);
  const [left, top] = at([bar.from, bar.value]);
  const [right, bottom] = at([bar.to, 0]);
  const face = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
  return [...barFace(look, face, STEP_PX), ...intervalShapes(bar, panel, x)];
}

/** The sample of a look in a key. */
export function barSample(look: number, rect: Rect): SVGElement[] {
  return barFace(look, rect, SAMPLE_STEP_PX);
}

/** Another pattern and another colour for each look, as in every other form of the figure (bar-look.ts). */
function barFace(look: number, rect: Rect, stepPx: number): SVGElement[] {
  const pattern = patterns[look % patterns.length]!;
  const { strokes, widthPx } = strokesOf(pattern, rect, stepPx);
  const name = `t${look % 7} bar-face${pattern === "solid" ? "" : " pale"}`;
  const ink = { class: `t${look % 7} bar-ink`, d: pathOf(strokes), "stroke-width": widthPx };
  return [shape("rect", { class: name, ...rect }), ...(strokes.length === 0 ? [] : [shape("path", ink)])];
}

/** On a wider line in the background's colour, so that it can be seen on any pattern. */
function intervalShapes({ from, to, value, interval }: Bar, panel: PanelSpot, xRuler: Ruler): SVGElement[] {
  if (interval === null) return [];
  const at = pixelOf(panel, xRuler);
  const x = at([(from + to) / 2, 0])[0];
  const yOf = (bound: number) => at([0, bound])[1];
  const cap = (y: number): Stroke => [x - CAP_PX, y, x + CAP_PX, y];
  const { low, high } = interval;
  const top = high === null ? panel.plot.y : yOf(high);
  const strokes: Stroke[] = [[x, yOf(low ?? Math.min(0, value)), x, top]];
  if (low !== null) strokes.push(cap(yOf(low)));
  if (high !== null) strokes.push(cap(top));
  const d = pathOf(strokes);
  return [shape("path", { class: "whisker-halo", d }), shape("path", { class: "whisker", d })];
}

function pathOf(strokes: readonly Stroke[]): string {
  return strokes.map(([x0, y0, x1, y1]) => `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}`).join("");
}

function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}

/** The numbers above a panel's bars; where neighbours are too close for one of their lines, none of them: the pointer shows them. */
export function barLabels(panel: PanelSpot, x: Ruler): SVGElement[] {
  const at = pixelOf(panel, x);
  const bars = panel.panel.layers
    .flatMap((layer) => (layer.kind === "bars" ? layer.bars : []))
    .map((bar) => ({ bar, middle: at([(bar.from + bar.to) / 2, 0])[0] }))
    .filter(({ middle }) => middle >= panel.plot.x && middle <= panel.plot.x + panel.plot.width)
    .sort((a, b) => a.middle - b.middle);
  const room = bars
    .slice(1)
    .reduce((least, { middle }, i) => Math.min(least, middle - bars[i]!.middle), panel.plot.width);
  const widest = Math.max(0, ...bars.flatMap(({ bar }) => bar.label.map(widthOf)));
  if (widest + 2 * GAP_PX > room) return [];
  return bars.flatMap(({ bar, middle }) => {
    const highest = Math.max(bar.value, bar.interval?.high ?? bar.value);
    const top = at([0, highest])[1] - GAP_PX - bar.label.length * LINE_PX;
    return bar.label.map((text, line) =>
      shape(
        "text",
        {
          class: `label middle backed${line === 0 ? " name" : ""}`,
          x: middle,
          y: top + (line + 0.5) * LINE_PX,
          "font-size": TICK_PX,
          dy: "0.35em",
        },
        text,
      ),
    );
  });
}

function widthOf(text: string, line: number): number {
  return textWidth(text, TICK_PX, line === 0 ? 600 : 400);
}
