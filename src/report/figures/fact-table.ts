import type { TextSpot } from "./layout.ts";
import type { Figure } from "./spec.ts";
import { textWidth, wrapped } from "./text-fit.ts";
import { FONTS, LINE } from "./typography.ts";

/** The table of facts: names and values in two columns, a value on at most two lines; y from the table's top. */
export function factSpots(
  { facts }: Figure,
  inner: { x: number; width: number },
): { spots: TextSpot[]; height: number } {
  const font = FONTS.fact;
  const spots: TextSpot[] = [];
  if (facts.length === 0) return { spots, height: 0 };
  const names = Math.min(
    inner.width / 5,
    Math.max(...facts.map(({ name }) => textWidth(name, { ...font, bold: true }))),
  );
  const valueX = inner.x + names + 14;
  let y = 16;
  for (const { name, value } of facts) {
    const lines = wrapped(value, font, inner.x + inner.width - valueX, 2);
    const [label = ""] = wrapped(name, { ...font, bold: true }, names, 1);
    spots.push({
      text: label,
      x: inner.x,
      y: y + (font.px * LINE) / 2,
      font: { ...font, bold: true },
      align: "left",
      role: "muted",
    });
    for (const text of lines) {
      spots.push({ text, x: valueX, y: y + (font.px * LINE) / 2, font, align: "left", role: "muted" });
      y += font.px * LINE;
    }
  }
  return { spots, height: y };
}
