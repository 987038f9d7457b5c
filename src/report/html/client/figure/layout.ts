import type { Rect } from "../../../figures/rect.ts";
import type { Axis, LegendEntry } from "../../../figures/spec.ts";
import type { Ruler } from "../../../figures/ticks.ts";
import { FONTS } from "../../../figures/typography.ts";
import { axisOf, type FigureData, type PanelData } from "../../figure-data.ts";
import { textWidth } from "../dom.ts";
import { rulerFor, tickText, type View } from "./scale.ts";

export const TICK_PX: number = FONTS.tick.px;
export const NAME_PX: number = FONTS.panel.px;
export const ROW_PX = 18;
const PANEL_GAP = 14;
const Y_TICK_PX = 30;
const X_TICK_GAP_PX = 16;
export const SAMPLE_PX = 26;
const KEY_GAP = 16;
/** Between the texts of neighbouring groups. */
const GROUP_GAP = 12;

/** What is shown of a figure: of its x axis, and of each panel's y axis; null is all. */
export interface Zoom {
  x: View | null;
  y: readonly (View | null)[];
}

export interface PanelSpot {
  panel: PanelData;
  axis: Axis;
  view: View | null;
  ruler: Ruler;
  plot: Rect;
  /** Lines of its name, each with its middle. */
  name: { text: string; y: number }[];
  key: { entry: LegendEntry; x: number; y: number }[];
}

/** Where everything of a figure stands, in px of a given width. */
export interface Spots {
  widthPx: number;
  heightPx: number;
  panels: PanelSpot[];
  x: Ruler;
  xAxis: Axis;
  xView: View | null;
  /** Texts below the axis, of an axis of groups. */
  groups: { text: string; x: number; row: number }[];
}

export function layOut(figure: FigureData, widthPx: number, zoom: Zoom): Spots {
  const axes = figure.panels.map((panel) => axisOf(panel.y));
  const weights = figure.panels.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const heights = figure.panels.map(({ weight = 1 }) => (figure.plotHeight * weight) / weights);
  const rulers = axes.map((axis, i) =>
    rulerFor(axis, zoom.y[i] ?? null, Math.max(3, Math.floor(heights[i]! / Y_TICK_PX))),
  );
  const left =
    10 +
    Math.max(...figure.panels.map((panel, i) => tickRoom(panel, axes[i]!, rulers[i]!, zoom.y[i] ?? null)));
  const xAxis = axisOf(figure.x);
  const { groups } = figure.x;
  const x = groups === null ? xRuler(xAxis, zoom.x, widthPx - left - 12) : groupRuler(zoom.x ?? xAxis.domain);
  const last = x.ticks.at(-1);
  const overhang = last === undefined ? 0 : textWidth(tickText(xAxis, x, zoom.x, last), TICK_PX) / 2;
  const right = widthPx - Math.max(6, overhang);
  let y = 0;
  const panels = figure.panels.map((panel, i): PanelSpot => {
    const { name, key, rows } = headOf(panel, widthPx, y);
    y += rows * ROW_PX + 4;
    const plot = { x: left, y, width: right - left, height: heights[i]! };
    y += heights[i]! + PANEL_GAP;
    return { panel, axis: axes[i]!, view: zoom.y[i] ?? null, ruler: rulers[i]!, plot, name, key };
  });
  const shown = groups === null ? [] : groupSpots(groups, x, { x: left, width: right - left });
  const below = shown.reduce((most, { row }) => Math.max(most, row + 1), 1) + (figure.x.name === "" ? 0 : 1);
  const heightPx = y - PANEL_GAP + below * ROW_PX + 6;
  return { widthPx, heightPx, panels, x, xAxis, xView: zoom.x, groups: shown };
}

/** Without ticks: groups have texts. */
function groupRuler([min, max]: View): Ruler {
  return { min, max, ticks: [], of: (value) => value, valueAt: (position) => position };
}

/** The lines of the groups in sight, each cut to its group's width. */
function groupSpots(
  groups: readonly (readonly string[])[],
  { min, max }: Ruler,
  plot: Pick<Rect, "x" | "width">,
): Spots["groups"] {
  const width = plot.width / (max - min);
  return groups.flatMap((lines, i) =>
    i < min || i > max
      ? []
      : lines.map((text, row) => ({
          text: fitted(text, width - GROUP_GAP, row === 0 ? 600 : 400),
          x: plot.x + (i - min) * width,
          row,
        })),
  );
}

/** The text, or as much of its head as fits with an ellipsis. */
function fitted(text: string, widthPx: number, weight: number): string {
  if (textWidth(text, TICK_PX, weight) <= widthPx) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, TICK_PX, weight) > widthPx)
    characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

function tickRoom(panel: PanelData, axis: Axis, ruler: Ruler, view: View | null): number {
  if (panel.bare === true) return 0;
  return Math.max(...ruler.ticks.map((tick) => textWidth(tickText(axis, ruler, view, tick), TICK_PX)));
}

/** As many ticks as their texts leave room for. */
function xRuler(axis: Axis, view: View | null, widthPx: number): Ruler {
  for (let most = Math.max(2, Math.floor(widthPx / 55)); ; most--) {
    const ruler = rulerFor(axis, view, most);
    const widest = Math.max(
      ...ruler.ticks.map((tick) => textWidth(tickText(axis, ruler, view, tick), TICK_PX)),
    );
    const gaps = ruler.ticks.slice(1).map((tick, i) => tick - ruler.ticks[i]!);
    const closestPx = (Math.min(...gaps) / (ruler.max - ruler.min)) * widthPx;
    if (most <= 2 || closestPx >= widest + X_TICK_GAP_PX) return ruler;
  }
}

/** A panel's name, and its key at the right end of the same row, or in rows below it where there is no room. */
function headOf(
  panel: PanelData,
  widthPx: number,
  top: number,
): Pick<PanelSpot, "name" | "key"> & { rows: number } {
  const middle = (row: number) => top + (row + 0.5) * ROW_PX;
  const entries = panel.key ?? [];
  const sizes = entries.map(({ text }) => SAMPLE_PX + 6 + textWidth(text, TICK_PX));
  const total = sizes.reduce((sum, size) => sum + size + KEY_GAP, 0);
  const isOneRow = total + nameWidth(panel.name) <= widthPx;
  const name = inLines(panel.name, widthPx).map((text, row) => ({ text, y: middle(row) }));
  let x = isOneRow ? widthPx - total + KEY_GAP : 0;
  let row = isOneRow || entries.length === 0 ? name.length - 1 : name.length;
  const key = entries.map((entry, i) => {
    if (x > 0 && x + sizes[i]! > widthPx) [x, row] = [0, row + 1];
    const spot = { entry, x, y: middle(row) };
    x += sizes[i]! + KEY_GAP;
    return spot;
  });
  return { name, key, rows: row + 1 };
}

function nameWidth(text: string): number {
  return textWidth(text, NAME_PX, 600);
}

/** A text broken at spaces into lines that fit. */
function inLines(text: string, widthPx: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && nameWidth(longer) <= widthPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
