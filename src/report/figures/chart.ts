import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GraphicComponent, GridComponent } from "echarts/components";
import { init, setPlatformAPI, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { xmlText } from "../xml.ts";
import { barLabels } from "./bars.ts";
import { FONT_FAMILY } from "./fonts.ts";
import { furniture } from "./furniture.ts";
import { labelSpots } from "./label-layout.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Series, seriesOf } from "./series.ts";
import type { Figure } from "./spec.ts";
import { textWidth } from "./text-fit.ts";
import type { Theme } from "./theme.ts";
import { FONTS } from "./typography.ts";

/** A drawn figure. */
export interface DrawnFigure {
  svg: string;
  widthPx: number;
  heightPx: number;
}

let isReady = false;

function makeReady(): void {
  if (isReady) return;
  use([LineChart, ScatterChart, CustomChart, GridComponent, GraphicComponent, SVGRenderer]);
  setPlatformAPI({
    measureText(text, font = "") {
      const px = Number(/([\d.]+)px/.exec(font)?.[1] ?? FONTS.tick.px);
      return { width: textWidth(text, { px, bold: /\b(?:600|700|bold)\b/.test(font) }) };
    },
  });
  isReady = true;
}

/** Draws a figure as one SVG, by ECharts without a DOM. */
export function drawFigure(figure: Figure, theme: Theme): DrawnFigure {
  makeReady();
  const layout = layoutOf(figure, theme);
  const { widthPx, heightPx } = layout;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: widthPx, height: heightPx });
  try {
    chart.setOption(optionOf(figure, layout, theme));
    return { svg: finished(chart.renderToSVGString(), figure, layout, theme), widthPx, heightPx };
  } finally {
    chart.dispose();
  }
}

function optionOf(figure: Figure, layout: Layout, theme: Theme): Series {
  const { panels, x } = layout;
  const last = panels.length - 1;
  const xAxis = figure.x;
  const hasTicks = (gridIndex: number) => gridIndex === last && xAxis.scale !== "groups";
  const line = { show: true, lineStyle: { color: theme.muted, width: 1 } };
  const grid = { show: true, lineStyle: { color: theme.grid, width: 1 } };
  const tickText = { color: theme.muted, fontSize: FONTS.tick.px, fontFamily: FONT_FAMILY, margin: 8 };
  const common = { type: "value", silent: true, animation: false, minorTick: { show: false } };
  return {
    animation: false,
    backgroundColor: theme.background,
    textStyle: { fontFamily: FONT_FAMILY },
    grid: panels.map(({ plot }) => ({
      left: plot.x,
      top: plot.y,
      width: plot.width,
      height: plot.height,
      outerBoundsMode: "none",
    })),
    xAxis: panels.map((_, gridIndex) => ({
      ...common,
      gridIndex,
      min: x.min,
      max: x.max,
      axisLine: { ...line, onZero: false },
      axisTick: { show: hasTicks(gridIndex), customValues: x.ticks, lineStyle: { color: theme.muted } },
      axisLabel: {
        ...tickText,
        show: hasTicks(gridIndex),
        customValues: x.ticks,
        formatter: (position: number) => (xAxis.scale === "groups" ? "" : xAxis.format(x.valueAt(position))),
      },
      splitLine: { ...grid, show: xAxis.scale !== "groups" },
    })),
    yAxis: panels.map(({ panel, ruler }, gridIndex) => ({
      ...common,
      gridIndex,
      min: ruler.min,
      max: ruler.max,
      axisLine: { ...line, onZero: false },
      axisTick: { show: false, customValues: ruler.ticks },
      axisLabel: {
        ...tickText,
        show: panel.bare !== true,
        customValues: ruler.ticks,
        formatter: (position: number) => panel.y.format(ruler.valueAt(position)),
      },
      splitLine: { ...grid, show: panel.bare !== true },
    })),
    series: panels.flatMap((panel, index) =>
      panel.panel.layers.flatMap((layer) => seriesOf(layer, panel, x, index, theme)),
    ),
    graphic: {
      elements: furniture(
        layout,
        panels.flatMap((panel) => [...labelSpots(panel, x), ...barLabels(panel, x)]),
        theme,
      ),
    },
  };
}

/**
 * Names the picture for those who cannot see it, gives a page its size in mm, and takes out what only a living chart needs: what remains is the
 * same for the same figure, and its ids are its own where several stand in one document.
 */
function finished(svg: string, figure: Figure, { widthPx, heightPx }: Layout, { page }: Theme): string {
  const size = page.size ?? { width: `${widthPx}`, height: `${heightPx}` };
  const head = `<svg width="${size.width}" height="${size.height}" viewBox="0 0 ${widthPx} ${heightPx}" xmlns="http://www.w3.org/2000/svg" role="img">`;
  const about = `<title>${xmlText(figure.title)}</title><desc>${xmlText(figure.subtitle)}</desc>`;
  return svg
    .replace(/^<svg[^>]*>/, () => `${head}\n${about}`)
    .replace(/<style[^>]*><!\[CDATA\[[^\]]*\]\]>\s*<\/style>\s*/, "")
    .replace(/ (?:class="zr[^"]*"|pointer-events="visible")/g, "")
    .replace(/\bzr\d+-/g, () => `${figure.name}-`);
}
