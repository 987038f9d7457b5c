import type { Rect } from "../../../figures/rect.ts";
import type { Axis, LegendEntry } from "../../../figures/spec.ts";
import type { Ruler } from "../../../figures/ticks.ts";
import { FONTS } from "../../../figures/typography.ts";
import { axisOf, type FigureData, type PanelData } from "../../figure-data.ts";
import { textWidth } from "../dom.ts";
import { rulerFor, tickText, type View } from "./scale.ts";

export const TICK_PX = FONTS.tick.px;
export const NAME_PX = FONTS.panel.px;
const ROW_PX = 18;
const PANEL_GAP = 14;
const Y_TICK_PX = 30;
const X_TICK_GAP_PX = 16;
export const SAMPLE_PX = 26;
const KEY_GAP = 16;

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
  /** Middle of the row with its name. */
  nameY: number;
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
  const x = xRuler(xAxis, zoom.x, widthPx - left - 12);
  const right = widthPx - Math.max(6, textWidth(tickText(xAxis, x, zoom.x, x.ticks.at(-1)!), TICK_PX) / 2);
  let y = 0;
  const panels = figure.panels.map((panel, i): PanelSpot => {
    const nameY = y + ROW_PX / 2;
    const { key, rows } = keySpots(panel, widthPx, nameY);
    y += rows * ROW_PX + 4;
    const plot = { x: left, y, width: right - left, height: heights[i]! };
    y += heights[i]! + PANEL_GAP;
    return { panel, axis: axes[i]!, view: zoom.y[i] ?? null, ruler: rulers[i]!, plot, nameY, key };
  });
  return { widthPx, heightPx: y - PANEL_GAP + 2 * ROW_PX + 6, panels, x, xAxis, xView: zoom.x };
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

/** The key at the right end of the name's row, or in rows below it where there is no room. */
function keySpots(panel: PanelData, widthPx: number, nameY: number): { key: PanelSpot["key"]; rows: number } {
  const entries = panel.key ?? [];
  const sizes = entries.map(({ text }) => SAMPLE_PX + 6 + textWidth(text, TICK_PX));
  const total = sizes.reduce((sum, size) => sum + size + KEY_GAP, 0);
  if (total + textWidth(panel.name, NAME_PX, 600) + KEY_GAP <= widthPx) {
    let x = widthPx - total + KEY_GAP;
    const key = entries.map((entry, i) => {
      const spot = { entry, x, y: nameY };
      x += sizes[i]! + KEY_GAP;
      return spot;
    });
    return { key, rows: 1 };
  }
  let [x, row] = [0, 1];
  const key = entries.map((entry, i) => {
    if (x > 0 && x + sizes[i]! > widthPx) [x, row] = [0, row + 1];
    const spot = { entry, x, y: nameY + row * ROW_PX };
    x += sizes[i]! + KEY_GAP;
    return spot;
  });
  return { key, rows: row + 1 };
}
