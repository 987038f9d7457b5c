import { barLook } from "./bar-look.ts";
import { FONT_FAMILY } from "./fonts.ts";
import type { Layout, TextSpot } from "./layout.ts";
import { type LegendSpot, SAMPLE_PX } from "./legend-layout.ts";
import { markerPolygon } from "./markers.ts";
import { strokesOf } from "./patterns.ts";
import type { Series } from "./series.ts";
import { lineLook, markerLook } from "./series.ts";
import type { Theme } from "./theme.ts";
import { FONTS } from "./typography.ts";

const MARKER_PX = 8;
/** Between the strokes of a bar's sample. */
const KEY_STEP_PX = 5;

/** Everything around the plots, as ECharts graphic elements: texts, key, the line above the facts. */
export function furniture(layout: Layout, labels: readonly TextSpot[], theme: Theme): Series[] {
  const { marginPx, widthPx } = theme.page;
  const elements = [...layout.texts, ...labels].map((spot) => textElement(spot, theme));
  if (layout.ruleY !== null) {
    const shape = { x1: marginPx, y1: layout.ruleY, x2: widthPx - marginPx, y2: layout.ruleY };
    elements.push({ type: "line", shape, style: { stroke: theme.muted, lineWidth: 0.8 }, silent: true });
  }
  return [...elements, ...layout.legend.flatMap((spot) => legendElements(spot, theme))];
}

function textElement({ text, x, y, font, align, role, backed = false }: TextSpot, theme: Theme): Series {
  const fill = role === "text" ? theme.text : role === "muted" ? theme.muted : theme.warning;
  return {
    type: "text",
    silent: true,
    z: 10,
    style: {
      text,
      x,
      y,
      fill,
      fontSize: font.px,
      fontWeight: font.bold ? 600 : 400,
      fontFamily: FONT_FAMILY,
      align,
      verticalAlign: "middle",
      ...(backed ? { backgroundColor: theme.background, padding: [0, 3] } : {}),
    },
  };
}

function legendElements({ entry, x, y, text, textX }: LegendSpot, theme: Theme): Series[] {
  const { key } = entry;
  const middle = x + SAMPLE_PX / 2;
  const label = textElement({ text, x: textX, y, font: FONTS.legend, align: "left", role: "text" }, theme);
  if (key.kind === "bar") {
    const { pattern, fill, ink } = barLook(theme, key.look);
    const shape = { x: x + 2, y: y - 7, width: SAMPLE_PX - 4, height: 14 };
    const { strokes, widthPx } = strokesOf(pattern, shape, KEY_STEP_PX);
    const lines = strokes.map(([x1, y1, x2, y2]) => ({
      type: "line",
      silent: true,
      shape: { x1, y1, x2, y2 },
      style: { stroke: ink, lineWidth: widthPx },
    }));
    return [
      { type: "rect", silent: true, shape, style: { fill, stroke: ink, lineWidth: 1 } },
      ...lines,
      label,
    ];
  }
  if (key.kind === "fill") {
    const { fill, stroke } = theme.fills[key.fill];
    const shape = { x: x + 4, y: y - 5, width: SAMPLE_PX - 8, height: 10 };
    return [
      {
        type: "rect",
        silent: true,
        shape,
        style: { fill, ...(stroke === null ? {} : { stroke, lineWidth: 0.8 }) },
      },
      label,
    ];
  }
  const elements: Series[] = [label];
  if (key.kind === "line") {
    const { color, width, type } = lineLook(key.style, theme, 2);
    const style = { stroke: color, lineWidth: width, lineDash: type === "solid" ? null : type };
    elements.push({ type: "line", silent: true, shape: { x1: x, y1: y, x2: x + SAMPLE_PX, y2: y }, style });
  }
  if (key.kind === "point" || key.marked) {
    const { color, borderColor, borderWidth } = markerLook(key.style, theme);
    const points = markerPolygon(key.style.marker, middle, y, MARKER_PX);
    elements.push({
      type: "polygon",
      silent: true,
      shape: { points },
      style: { fill: color, stroke: borderColor, lineWidth: borderWidth },
    });
  }
  return elements;
}
