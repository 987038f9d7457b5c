import type { Rect } from "./rect.ts";

/** What fills a bar, by which runs are told apart in black and white; in the order in which they are given out. */
export const patterns = [
  "solid",
  "rising",
  "blank",
  "crossed",
  "dotted",
  "level",
  "falling",
  "upright",
] as const;
export type Pattern = (typeof patterns)[number];

/** [x0, y0, x1, y1] in px. */
export type Stroke = readonly [number, number, number, number];

const DOT_PX = 2;

/** The strokes that fill a rectangle, none of them outside of it, `stepPx` from one to the next; `widthPx` wide. */
export function strokesOf(
  pattern: Pattern,
  rect: Rect,
  stepPx: number,
): { strokes: Stroke[]; widthPx: number } {
  const { x, y, width, height } = rect;
  const rising = () => diagonals(rect, stepPx, (u, c) => c - u);
  const falling = () => diagonals(rect, stepPx, (u, c) => u - c + height);
  switch (pattern) {
    case "solid":
    case "blank":
      return { strokes: [], widthPx: 0 };
    case "rising":
      return { strokes: rising(), widthPx: 1 };
    case "falling":
      return { strokes: falling(), widthPx: 1 };
    case "crossed":
      return { strokes: [...rising(), ...falling()], widthPx: 0.8 };
    case "level":
      return { strokes: stepsIn(height, stepPx, 0).map((v) => [x, y + v, x + width, y + v]), widthPx: 1 };
    case "upright":
      return { strokes: stepsIn(width, stepPx, 0).map((u) => [x + u, y, x + u, y + height]), widthPx: 1 };
    case "dotted":
      return { strokes: dots(rect, stepPx), widthPx: DOT_PX };
  }
}

/** @param downAt how far below the top the c-th line is, u to the right of the left side */
function diagonals(
  { x, y, width, height }: Rect,
  stepPx: number,
  downAt: (u: number, c: number) => number,
): Stroke[] {
  return stepsIn(width + height, stepPx, 0).map((c) => {
    const [from, to] = [Math.max(0, c - height), Math.min(width, c)];
    return [x + from, y + downAt(from, c), x + to, y + downAt(to, c)];
  });
}

function dots({ x, y, width, height }: Rect, stepPx: number): Stroke[] {
  return stepsIn(height, stepPx, DOT_PX).flatMap((v, row) =>
    stepsIn(width, stepPx, DOT_PX + (row % 2 === 0 ? 0 : stepPx / 2)).map((u): Stroke => {
      const middle = x + u - DOT_PX / 2;
      return [middle - DOT_PX / 2, y + v, middle + DOT_PX / 2, y + v];
    }),
  );
}

/** Whole steps inside a length, `marginPx` off its end. */
function stepsIn(lengthPx: number, stepPx: number, marginPx: number): number[] {
  const count = Math.max(0, Math.ceil((lengthPx - marginPx) / stepPx) - 1);
  return Array.from({ length: count }, (_, i) => (i + 1) * stepPx);
}
