import { expect } from "bun:test";
import { drawFigure } from "./chart.ts";
import { overlaps } from "./overlap.ts";
import type { Figure } from "./spec.ts";
import { drawnBox, textBoxes, textsAlone } from "./svg.fake.ts";
import type { Theme } from "./theme.ts";

/** Draws a figure, and expects every text on the canvas and none on another. */
export async function expectReadable(figure: Figure, theme: Theme): Promise<void> {
  const { svg, widthPx, heightPx } = drawFigure(figure, theme);
  const boxes = textBoxes(svg);
  const box = (await drawnBox(textsAlone(svg)))!;
  // The background is the canvas: what reached out of it would make this larger.
  expect(await drawnBox(svg), figure.name).toEqual({ x: 0, y: 0, width: widthPx, height: heightPx });
  expect([box.x >= 0, box.y >= 0], figure.name).toEqual([true, true]);
  expect(box.x + box.width, figure.name).toBeLessThanOrEqual(widthPx);
  expect(box.y + box.height, figure.name).toBeLessThanOrEqual(heightPx);
  const pairs = boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => overlaps(a, b))
      .map((b) => [a.text, b.text]),
  );
  expect(pairs, figure.name).toEqual([]);
}
