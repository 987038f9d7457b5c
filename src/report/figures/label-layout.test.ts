import { expect, test } from "bun:test";
import fc from "fast-check";
import { labelSpots } from "./label-layout.ts";
import type { PanelLayout } from "./layout.ts";
import { overlaps } from "./overlap.ts";
import { runStyle } from "./run-style.ts";
import type { Layer, Point } from "./spec.ts";
import { textWidth } from "./text-fit.ts";
import { plain, rulerOf } from "./ticks.ts";
import { FONTS } from "./typography.ts";

const axis = { scale: "linear", domain: [0, 100], format: plain } as const;
const x = rulerOf(axis, 11);

function labelsOf(points: readonly Point[], others: readonly Layer[] = []) {
  const labels = points.map((at, i) => ({ at, text: `label ${i}` }));
  const layers: Layer[] = [
    { kind: "points", style: runStyle(0), points },
    { kind: "labels", labels },
    ...others,
  ];
  const panel: PanelLayout = {
    panel: { name: "", y: axis, layers },
    plot: { x: 50, y: 50, width: 500, height: 200 },
    ruler: rulerOf(axis, 11),
  };
  const widthOf = (text: string) => textWidth(text, FONTS.tick);
  return labelSpots(panel, x, widthOf).map(({ text, x: left, y }) => {
    const height = FONTS.tick.px * 1.3;
    return { text, x: left, y: y - height / 2, width: widthOf(text), height };
  });
}

test("labels stand in the plot, on no point and on no other label", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
      const boxes = labelsOf(points);
      const markers = points.map(([px, py]) => ({ x: 46 + 5 * px, y: 246 - 2 * py, width: 8, height: 8 }));
      for (const [i, box] of boxes.entries()) {
        expect([...boxes.slice(i + 1), ...markers].some((other) => overlaps(box, other))).toBe(false);
        expect(box.x >= 50 && box.y >= 50 && box.x + box.width <= 550 && box.y + box.height <= 250).toBe(
          true,
        );
      }
    }),
  );
});

test("a point with room has its label, beside the lines where it can", () => {
  expect(labelsOf([[50, 50]])).toMatchObject([{ text: "label 0", x: 311 }]);
  const line: Layer = {
    kind: "line",
    style: runStyle(0),
    points: [
      [0, 50],
      [100, 50],
    ],
  };
  const [aside] = labelsOf([[50, 50]], [line]);
  expect(aside!.y > 150 || aside!.y + aside!.height < 150).toBe(true);
});

test("a label never stands on an interval or a rule", () => {
  const spreads = (along: "x" | "y"): Extract<Layer, { kind: "spreads" }> => ({
    kind: "spreads",
    style: runStyle(0),
    along,
    spreads: [{ at: [50, 50], low: 20, high: null }],
  });
  for (const layer of [
    spreads("x"),
    spreads("y"),
    { kind: "rule", along: "x", at: 50 },
    { kind: "rule", along: "y", at: 50 },
  ] as const) {
    const [box] = labelsOf([[50, 50]], [layer]);
    const isAcross = layer.along === (layer.kind === "rule" ? "y" : "x");
    if (isAcross) expect(box!.y > 150 || box!.y + box!.height < 150).toBe(true);
    else expect(box!.x > 300 || box!.x + box!.width < 300).toBe(true);
  }
});
