import { factSpots } from "./fact-table.ts";
import { groupRuler, groupSpots, groupsHeight } from "./groups.ts";
import { type LegendSpot, legendRow, legendSpots } from "./legend-layout.ts";
import type { Figure, Panel } from "./spec.ts";
import { type Font, textWidth, wrapped } from "./text-fit.ts";
import type { Theme } from "./theme.ts";
import { type Ruler, rulerOf } from "./ticks.ts";
import { FONTS, LINE } from "./typography.ts";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A piece of text on the canvas; `y` is the middle of its line. */
export interface TextSpot {
  text: string;
  x: number;
  y: number;
  font: Font;
  align: "left" | "center" | "right";
  role: "text" | "muted" | "warning";
  /** On the background's colour, where lines of the grid would go through it. */
  backed?: boolean;
}

/** An x with numbers. */
type ValueAxis = Exclude<Figure["x"], { scale: "groups" }>;

export interface PanelLayout {
  panel: Panel;
  plot: Rect;
  ruler: Ruler;
}

/** Where everything stands, in px. */
export interface Layout {
  widthPx: number;
  heightPx: number;
  panels: PanelLayout[];
  x: Ruler;
  texts: TextSpot[];
  legend: LegendSpot[];
  /** The line above the facts. */
  ruleY: number | null;
}

const PANEL_GAP = 16;
const TICK_GAP = 8;
/** Room that one tick of y needs. */
const Y_TICK_PX = 27;
const X_TICK_GAP_PX = 18;

/** Lays a figure out: measured texts above and below, the panels in what remains. */
export function layoutOf(figure: Figure, theme: Theme): Layout {
  const { widthPx, marginPx } = theme.page;
  const inner = { x: marginPx, width: widthPx - 2 * marginPx };
  const texts: TextSpot[] = [];
  let y = marginPx;
  const write = (text: string, font: Font, role: TextSpot["role"], most = 1) => {
    for (const line of wrapped(text, font, inner.width, most)) {
      texts.push({ text: line, x: inner.x, y: y + (font.px * LINE) / 2, font, align: "left", role });
      y += font.px * LINE;
    }
  };
  write(figure.title, FONTS.title, "text");
  y += 2;
  write(figure.subtitle, FONTS.subtitle, "muted", 2);
  if (figure.caution !== null) write(figure.caution, FONTS.caution, "warning", 2);
  const legend = legendSpots(figure.legend, { ...inner, y: y + 6 });
  y = legend.endY + 10;

  const facts = factSpots(figure, inner);
  const underAxis = figure.x.scale === "groups" ? groupsHeight(figure.x) : FONTS.tick.px * LINE;
  const below = underAxis + TICK_GAP + FONTS.panel.px * LINE + 4 + facts.height;
  const above = FONTS.panel.px * LINE + 9;
  const gaps = figure.panels.length * above + (figure.panels.length - 1) * PANEL_GAP;
  const plotHeight =
    theme.page.heightPx === null
      ? figure.plotHeight
      : Math.max(120, theme.page.heightPx - marginPx - below - y - gaps);
  // Even, so that a PNG one and a half times as large has no half row.
  const heightPx = theme.page.heightPx ?? 2 * Math.ceil((y + gaps + plotHeight + below + marginPx) / 2);

  const weights = figure.panels.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const rulers = figure.panels.map(({ y: axis, weight = 1 }) =>
    rulerOf(axis, Math.max(3, Math.floor((plotHeight * weight) / weights / Y_TICK_PX))),
  );
  const left =
    inner.x + Math.max(...figure.panels.map((panel, i) => tickWidth(panel, rulers[i]!))) + TICK_GAP;
  const x =
    figure.x.scale === "groups" ? groupRuler(figure.x) : xRuler(figure.x, inner.x + inner.width - left);
  const right = inner.x + inner.width - (figure.x.scale === "groups" ? 0 : endOverhang(figure.x, x));
  const keys: LegendSpot[] = [];
  const panels = figure.panels.map((panel, i): PanelLayout => {
    const head = panelHead(panel, inner, y);
    texts.push(head.name);
    keys.push(...head.key);
    y += above;
    const height = (plotHeight * (panel.weight ?? 1)) / weights;
    const plot = { x: left, y, width: right - left, height };
    y += height + PANEL_GAP;
    return { panel, plot, ruler: rulers[i]! };
  });
  if (figure.x.scale === "groups") {
    const under = { x: left, y: y - PANEL_GAP + TICK_GAP, width: right - left };
    texts.push(...groupSpots(figure.x, under));
  }
  y += underAxis + TICK_GAP - PANEL_GAP;
  const middle = y + (FONTS.panel.px * LINE) / 2;
  texts.push({
    text: figure.x.name,
    x: (left + right) / 2,
    y: middle,
    font: FONTS.panel,
    align: "center",
    role: "text",
  });

  const factsY = heightPx - marginPx - facts.height;
  texts.push(...facts.spots.map((spot) => ({ ...spot, y: spot.y + factsY })));
  return {
    widthPx,
    heightPx,
    panels,
    x,
    texts,
    legend: [...legend.spots, ...keys],
    ruleY: facts.height > 0 ? factsY + 8 : null,
  };
}

function tickWidth({ y, bare = false }: Panel, ruler: Ruler): number {
  if (bare) return 0;
  return Math.max(...ruler.ticks.map((tick) => textWidth(y.format(ruler.valueAt(tick)), FONTS.tick)));
}

/** A panel's name, and at the right end of its row what its lines are. */
function panelHead(
  panel: Panel,
  inner: { x: number; width: number },
  y: number,
): { name: TextSpot; key: LegendSpot[] } {
  const middle = y + (FONTS.panel.px * LINE) / 2;
  const key = legendRow(panel.key ?? [], inner.x + inner.width, middle);
  const room = (key[0]?.x ?? inner.x + inner.width) - inner.x - 20;
  const [text = ""] = wrapped(panel.name, FONTS.panel, room, 1);
  return { name: { text, x: inner.x, y: middle, font: FONTS.panel, align: "left", role: "text" }, key };
}

/** As many ticks as their texts leave room for. */
function xRuler(axis: ValueAxis, widthPx: number): Ruler {
  for (let most = Math.floor(widthPx / 55); ; most--) {
    const ruler = rulerOf(axis, most);
    const widest = Math.max(
      ...ruler.ticks.map((tick) => textWidth(axis.format(ruler.valueAt(tick)), FONTS.tick)),
    );
    const [first = 0, second = 1] = ruler.ticks;
    const closest = ruler.ticks
      .slice(1)
      .reduce((least, tick, i) => Math.min(least, tick - ruler.ticks[i]!), second - first);
    if (most <= 2 || (closest / (ruler.max - ruler.min)) * widthPx >= widest + X_TICK_GAP_PX) return ruler;
  }
}

/** How far the last tick's text goes beyond its tick. */
function endOverhang(axis: ValueAxis, ruler: Ruler): number {
  return textWidth(axis.format(ruler.valueAt(ruler.ticks.at(-1)!)), FONTS.tick) / 2;
}
