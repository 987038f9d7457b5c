import type { Rect } from "./rect.ts";

/** [x, y] on the canvas. */
export type Pixel = readonly [number, number];
export type Segment = readonly [Pixel, Pixel];

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether a segment has a point inside a rectangle (Liang & Barsky 1984). */
export function crossesRect([[x0, y0], [x1, y1]]: Segment, { x, y, width, height }: Rect): boolean {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [from, to] = [0, 1];
  for (const [step, room] of [
    [-dx, x0 - x],
    [dx, x + width - x0],
    [-dy, y0 - y],
    [dy, y + height - y0],
  ] as const) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
}
