import { intervalStrokes } from "../../../figures/interval-marks.ts";
import { labelSpots } from "../../../figures/label-layout.ts";
import { markerPolygon } from "../../../figures/markers.ts";
import type { Pixel } from "../../../figures/overlap.ts";
import { pixelOf } from "../../../figures/pixel.ts";
import type { Layer, LegendEntry, Point, Style } from "../../../figures/spec.ts";
import { shape, textWidth } from "../dom.ts";
import { barSample, barShapes } from "./bars.ts";
import { NAME_PX, type PanelSpot, ROW_PX, SAMPLE_PX, type Spots, TICK_PX } from "./layout.ts";
import { tickText } from "./scale.ts";

const MARKER_PX = 8;
const SMALL_PX = 3.4;
/** No thinner than this, or a short span could not be seen. */
const LEAST_PX = 0.75;

/** Between the plot and the middle of the row below it. */
const BELOW_PX = 13;

/** Colours and dashes are classes, so that the page's theme may change without drawing again. */
function styleClass({ tone, dash }: Style): string {
  return `t${tone % 7} ${dash}`;
}

/** A whole figure as SVG. @param id unique in the page */
export function drawn(spots: Spots, xName: string, id: string): SVGSVGElement {
  const { widthPx, heightPx } = spots;
  const canvas = shape("svg", {
    width: widthPx,
    height: heightPx,
    viewBox: `0 0 ${widthPx} ${heightPx}`,
    "aria-hidden": "true",
  });
  const clips = shape("defs");
  canvas.append(clips);
  spots.panels.forEach((panel, i) => {
    const { x, y, width, height } = panel.plot;
    clips.append(shape("clipPath", { id: `${id}-${i}` }, shape("rect", { x, y, width, height })));
    const isLast = i === spots.panels.length - 1;
    const shapesOf = (isZone: boolean) =>
      panel.panel.layers
        .filter(({ kind }) => (kind === "zone") === isZone)
        .flatMap((layer) => layerShapes(layer, panel, spots));
    const clipped = { "clip-path": `url(#${id}-${i})` };
    // What is set off lies below the grid.
    canvas.append(shape("g", clipped, ...shapesOf(true)), ...axes(panel, spots, isLast));
    const marks = shape("g", clipped, ...shapesOf(false), ...barShapes(panel, spots.x));
    canvas.append(
      marks,
      ...labelSpots(panel, spots.x, tickWidth).map(({ text, x: at, y: middle }) =>
        label(text, at, middle, "label"),
      ),
    );
    canvas.append(...panel.name.map(({ text, y }) => label(text, 0, y, "name", NAME_PX)));
    for (const { entry, x: at, y: middle } of panel.key)
      canvas.append(...sample(entry, at, middle), label(entry.text, at + SAMPLE_PX + 6, middle, "label"));
  });
  const { plot } = spots.panels.at(-1)!;
  for (const { text, x, row } of spots.groups)
    canvas.append(
      label(
        text,
        x,
        plot.y + plot.height + BELOW_PX + row * ROW_PX,
        row === 0 ? "name middle" : "tick middle",
      ),
    );
  if (xName !== "")
    canvas.append(label(xName, plot.x + plot.width / 2, heightPx - 10, "name middle", NAME_PX));
  return canvas;
}

function tickWidth(text: string): number {
  return textWidth(text, TICK_PX);
}

function label(text: string, x: number, y: number, name: string, px = TICK_PX): SVGTextElement {
  return shape("text", { class: name, x, y, "font-size": px, dy: "0.35em" }, text);
}

function axes(panel: PanelSpot, spots: Spots, isLast: boolean): SVGElement[] {
  const { plot, ruler, axis, view } = panel;
  const made: SVGElement[] = [];
  const across = (position: number) =>
    plot.y + (1 - (position - ruler.min) / (ruler.max - ruler.min)) * plot.height;
  const down = (position: number) =>
    plot.x + ((position - spots.x.min) / (spots.x.max - spots.x.min)) * plot.width;
  if (panel.panel.bare !== true)
    for (const tick of ruler.ticks) {
      const y = across(tick);
      made.push(
        shape("line", { class: "grid", x1: plot.x, x2: plot.x + plot.width, y1: y, y2: y }),
        label(tickText(axis, ruler, view, tick), plot.x - 7, y, "tick end"),
      );
    }
  for (const tick of spots.x.ticks) {
    const x = down(tick);
    made.push(shape("line", { class: "grid", x1: x, x2: x, y1: plot.y, y2: plot.y + plot.height }));
    if (isLast)
      made.push(
        label(
          tickText(spots.xAxis, spots.x, spots.xView, tick),
          x,
          plot.y + plot.height + BELOW_PX,
          "tick middle",
        ),
      );
  }
  made.push(
    shape("path", {
      class: "axis",
      d: `M${plot.x} ${plot.y}V${plot.y + plot.height}H${plot.x + plot.width}`,
    }),
  );
  return made;
}

/** A marker for each point, a cross for those that are crossed. */
function markersOf(
  { points, style, crossed = [] }: Extract<Layer, { kind: "line" | "points" }>,
  at: (point: Point) => Pixel,
): SVGElement[] {
  return points.map((point, i) =>
    marker(crossed.includes(i) ? { ...style, marker: "cross" } : style, at(point)),
  );
}

function layerShapes(layer: Layer, panel: PanelSpot, spots: Spots): SVGElement[] {
  const at = pixelOf(panel, spots.x);
  const { plot } = panel;
  switch (layer.kind) {
    case "line": {
      const line = shape("path", {
        class: `line ${styleClass(layer.style)}${layer.thin === true ? " thin" : ""}`,
        d: pathOf(layer.points.map(at), layer.stepped === true),
      });
      return layer.marked === true ? [line, ...markersOf(layer, at)] : [line];
    }
    case "points":
      return layer.small === true
        ? [shape("path", { class: `dots ${styleClass(layer.style)}`, d: dots(layer.points.map(at)) })]
        : markersOf(layer, at);
    case "boxes":
      return [
        shape("path", {
          class: `fill-${layer.fill}`,
          d: layer.boxes.map(({ from, to }) => rectPath(at(from), at(to))).join(""),
        }),
      ];
    case "zone": {
      const from = layer.from === null ? plot.x : at([layer.from, 0])[0];
      const to = layer.to === null ? plot.x + plot.width : at([layer.to, 0])[0];
      return [
        shape("rect", {
          class: "zone",
          x: from,
          y: plot.y,
          width: Math.max(0, to - from),
          height: plot.height,
        }),
      ];
    }
    case "rule": {
      const [x, y] = at(
        layer.along === "x"
          ? [layer.at, panel.ruler.valueAt(panel.ruler.min)]
          : [spots.x.valueAt(spots.x.min), layer.at],
      );
      const d =
        layer.along === "x"
          ? `M${x} ${plot.y}V${plot.y + plot.height}`
          : `M${plot.x} ${y}H${plot.x + plot.width}`;
      return [shape("path", { class: "rule", d })];
    }
    case "spreads": {
      const { stubs = false } = layer;
      const edge = (bound: number, own: number) => (stubs ? own : bound);
      const [left, right] = [plot.x, plot.x + plot.width];
      const strokes = layer.spreads.flatMap((spread) => {
        const { at: point, low, high } = spread;
        const [x, y] = at(point);
        return layer.along === "y"
          ? intervalStrokes(
              spread,
              [x, low === null ? edge(plot.y + plot.height, y) : at([point[0], low])[1]],
              [x, high === null ? edge(plot.y, y) : at([point[0], high])[1]],
              "y",
              stubs,
            )
          : intervalStrokes(
              spread,
              [low === null ? edge(left, x) : at([low, point[1]])[0], y],
              [high === null ? edge(right, x) : at([high, point[1]])[0], y],
              "x",
              stubs,
            );
      });
      const d = strokes.map(([x1, y1, x2, y2]) => `M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}`);
      return [shape("path", { class: `spread ${styleClass(layer.style)}`, d: d.join("") })];
    }
    case "bars":
    case "labels":
      return [];
  }
}

/** Tenths of a px are enough. */
function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}

function pathOf(points: readonly Pixel[], isStepped: boolean): string {
  return points
    .map(([x, y], i) =>
      i === 0 ? `M${px(x)} ${px(y)}` : isStepped ? `H${px(x)}V${px(y)}` : `L${px(x)} ${px(y)}`,
    )
    .join("");
}

function dots(points: readonly Pixel[]): string {
  const r = SMALL_PX / 2;
  return points
    .map(([x, y]) => `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`)
    .join("");
}

function rectPath([x0, y0]: Pixel, [x1, y1]: Pixel): string {
  const [left, width] = [Math.min(x0, x1), Math.max(LEAST_PX, Math.abs(x1 - x0))];
  return `M${px(left)} ${px(y0)}H${px(left + width)}V${px(y1)}H${px(left)}Z`;
}

function marker(style: Style, [x, y]: Pixel): SVGElement {
  const points = markerPolygon(style.marker, x, y, MARKER_PX).map((corner) => corner.map(px).join(","));
  return shape("polygon", { class: `marker ${styleClass(style)}`, points: points.join(" ") });
}

/** The sample of an entry of a key. */
export function sample({ key }: LegendEntry, x: number, y: number): SVGElement[] {
  if (key.kind === "fill")
    return [
      shape("rect", { class: `fill-${key.fill}`, x: x + 4, y: y - 5, width: SAMPLE_PX - 8, height: 10 }),
    ];
  if (key.kind === "bar")
    return barSample(key.look, { x: x + 4, y: y - 5, width: SAMPLE_PX - 8, height: 10 });
  const line =
    key.kind === "line"
      ? [shape("path", { class: `line ${styleClass(key.style)}`, d: `M${x} ${y}H${x + SAMPLE_PX}` })]
      : [];
  const mark = key.kind === "point" || key.marked ? [marker(key.style, [x + SAMPLE_PX / 2, y])] : [];
  return [...line, ...mark];
}
