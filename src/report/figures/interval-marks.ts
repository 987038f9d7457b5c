import type { Spread } from "./spec.ts";

/* The strokes of an interval through a point, in px: the same in pictures and in pages. */

const CAP_PX = 4;
/** How far an arrow's head reaches back. */
const HEAD_PX = 7;

type Pixel = readonly [number, number];
/** x and y of one end, then of the other. */
export type Stroke = readonly [number, number, number, number];

/** How a bar ends: at a bound, at the plot's edge because there is none, or there with an arrow because the truth lies that way. */
type End = "cap" | "open" | "arrow";

/** A bar with what each end says. @param low where it begins, on the plot's edge where there is no bound @param high where it ends */
export function intervalStrokes(spread: Spread, low: Pixel, high: Pixel, along: "x" | "y"): Stroke[] {
  const boundEnd = (bound: number | null): End => (bound === null ? "open" : "cap");
  const highEnd = spread.isLowerBound === true ? "arrow" : boundEnd(spread.high);
  return [
    [...low, ...high],
    ...endStrokes(boundEnd(spread.low), low, high, along),
    ...endStrokes(highEnd, high, low, along),
  ];
}

function endStrokes(end: End, [x, y]: Pixel, other: Pixel, along: "x" | "y"): Stroke[] {
  if (end === "open") return [];
  if (end === "cap")
    return along === "y" ? [[x - CAP_PX, y, x + CAP_PX, y]] : [[x, y - CAP_PX, x, y + CAP_PX]];
  const back = HEAD_PX * Math.sign(along === "y" ? other[1] - y : other[0] - x);
  return [-CAP_PX, CAP_PX].map((aside) =>
    along === "y" ? [x, y, x + aside, y + back] : [x, y, x + back, y + aside],
  );
}
