import { formatNumber } from "../../core/units.ts";
import type { Figure, Layer } from "../figures/spec.ts";
import { type FigureData, figureData, type PanelData, shownValue } from "./figure-data.ts";
import { type Html, html } from "./html.ts";

/** The figures of one page: each gets its number where it is put in, and its data goes with the others'. */
export class FigureShelf {
  readonly data: FigureData[] = [];

  /** A figure's place in the page, drawn by the page's own program. What speaks against it stands at the page's head. */
  place(figure: Figure): Html {
    const number = this.data.length;
    const data = figureData(figure);
    this.data.push(data);
    const summary = `figure-data-${number}`;
    return html`<figure class="figure" data-figure="${number}" data-name="${figure.name}">
<figcaption><h3>${figure.title}</h3><p class="muted" title="${figure.subtitle}">${figure.subtitle}</p></figcaption>
<ul class="legend"></ul>
<div class="plot" style="min-height:${heightPx(figure)}px" tabindex="0" role="group" aria-roledescription="chart" aria-label="${figure.title}. ${figure.subtitle}. Arrow keys read values, plus and minus zoom, 0 shows all." aria-describedby="${summary}"></div>
<div class="tools"><button type="button" class="reset" hidden>Show all</button><span class="hint muted">drag: zoom · double click: all · Ctrl + wheel · ← → values, + − 0</span></div>
<p class="unseen" id="${summary}">${inWords(data)}</p>
<details><summary>Data in short</summary>${dataTable(data)}</details>
<noscript><p class="muted">Figures are drawn by the page's own program, which this browser does not run; the numbers are all here without it.</p></noscript>
</figure>`;
  }
}

/** Around a panel: the row of its name, and the gap below it. Below all: the ticks of x and its name. */
const AROUND_PANEL_PX = 36;
const BELOW_PX = 28;

/** What a figure takes once it is drawn, so that nothing moves when it is. */
function heightPx({ plotHeight, panels }: Figure): number {
  return plotHeight + AROUND_PANEL_PX * panels.length + BELOW_PX;
}

/** The figure in a sentence a panel, for those who cannot see it. */
function inWords({ panels, x }: FigureData): string {
  const parts = panels.flatMap(({ name, y, layers }) => {
    const ys = layers.flatMap(pointsOf).map(([, value]) => value);
    if (ys.length === 0) return [];
    const show = (value: number) => shownValue(value, y.format);
    const [least, most] = [ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))];
    return [`${name}: from ${show(least)} to ${show(most)}`];
  });
  return `${parts.join("; ")}; ${x.groups === null ? `over ${x.name}` : `for ${x.groups.map(([first]) => first).join(", ")}`}.`;
}

/** What a figure's layers hold, for those who cannot see it: points, range, and where few, each value. */
function dataTable(data: FigureData): Html {
  const { panels, x } = data;
  if (x.groups !== null) return barTable(data, x.groups);
  const rows = panels.flatMap((panel) =>
    panel.layers.flatMap((layer) => {
      const points = pointsOf(layer);
      if (points.length === 0) return [];
      const name = layerName(layer, panel);
      const ys = points.map(([, y]) => y);
      const show = (value: number) => shownValue(value, panel.y.format);
      const [least, most] = [ys.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.max(a, b))];
      const mostAt = points[ys.indexOf(most)]![0];
      return [
        html`<tr><th scope="row">${panel.name}</th><td>${name}</td><td>${formatNumber(points.length)}</td><td>${show(least)}</td><td>${show(most)}</td><td>${shownValue(mostAt, x.format)}</td></tr>`,
      ];
    }),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Values"><table class="small"><thead><tr><th scope="col">Panel</th><th scope="col">Series</th><th scope="col">points</th><th scope="col">least</th><th scope="col">most</th><th scope="col">most at (${x.name})</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Each bar with its numbers. */
function barTable({ panels, legend }: FigureData, groups: readonly (readonly string[])[]): Html {
  const rows = panels.flatMap((panel) =>
    panel.layers.flatMap((layer) =>
      layer.kind !== "bars"
        ? []
        : layer.bars.map((bar) => {
            const group = groups[Math.round((bar.from + bar.to) / 2)] ?? [];
            const run = legend.find(({ key }) => key.kind === "bar" && key.look === layer.look);
            return html`<tr><th scope="row">${panel.name}</th><td>${group.join(" · ")}</td><td>${run?.text ?? ""}</td><td>${bar.label.join(" ")}</td></tr>`;
          }),
    ),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Values"><table class="small"><thead><tr><th scope="col">Panel</th><th scope="col">at</th><th scope="col">Run</th><th scope="col">value</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function pointsOf(layer: Layer): readonly (readonly [number, number])[] {
  if (layer.kind === "line" || layer.kind === "points") return layer.points;
  if (layer.kind === "bars") return layer.bars.map(({ from, to, value }) => [(from + to) / 2, value]);
  return layer.kind === "boxes" ? layer.boxes.map(({ from, to }) => [from[0], to[1]] as const) : [];
}

function layerName(layer: Layer, panel: Pick<PanelData, "key">): string {
  if (layer.kind === "boxes") return layer.fill;
  if (layer.kind !== "line" && layer.kind !== "points") return "";
  const { style } = layer;
  const entry = panel.key?.find(
    ({ key }) =>
      (key.kind === "line" || key.kind === "point") &&
      key.style.tone === style.tone &&
      key.style.dash === style.dash,
  );
  return entry?.text ?? "";
}
