import type { Fill, LegendEntry, Style } from "../../../figures/spec.ts";
import type { FigureData, PanelData } from "../../figure-data.ts";

/** What a line or a point is, by the keys of its panel and of its figure: colour and dash name one thing, the marker maybe another. */
export function nameOf(style: Style, isLine: boolean, panel: PanelData, figure: FigureData): string {
  const entries = [...(panel.key ?? []), ...figure.legend];
  const keyed = entries.flatMap(({ text, key }) =>
    key.kind === "line" || key.kind === "point" ? [{ text, key }] : [],
  );
  const known = isLine ? keyed.filter(({ key }) => key.kind === "line") : keyed;
  const first = known.find(({ key }) => key.style.tone === style.tone && key.style.dash === style.dash);
  const points = keyed.filter(({ key }) => key.kind === "point");
  const second =
    isLine || points.length < 2 ? undefined : points.findLast(({ key }) => key.style.marker === style.marker);
  return [first?.text, second === first ? undefined : second?.text]
    .filter((text) => text !== undefined)
    .join(" · ");
}

export function nameOfFill(fill: Fill, { legend }: FigureData): string {
  return legend.find(({ key }: LegendEntry) => key.kind === "fill" && key.fill === fill)?.text ?? "";
}

/** The run whose bars have this look. */
export function nameOfBar(look: number, { legend }: FigureData): string {
  return legend.find(({ key }) => key.kind === "bar" && key.look === look)?.text ?? "";
}

/** The unit that an axis's name ends in: `Time since the first request, s`. */
export function unitOf(name: string): string {
  return /, ([^,()]+?)(?: \([^)]*\))?$/.exec(name)?.[1] ?? "";
}
