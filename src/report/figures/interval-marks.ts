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

/** Of an open end that is a stub: a dash, and dots that go on; and of an arrow that is one. */
const STUB_PX: readonly (readonly [number, number])[] = [
  [0, 10],
  [13, 15],
  [18, 20],
];
const STUB_ARROW_PX = 22;

/**
 * A bar with what each end says.
 * @param low where it begins; where there is no bound on the plot's edge, or with `stubs` at the point itself
 * @param high where it ends, likewise
 */
export function intervalStrokes(
  spread: Spread,
  low: Pixel,
  high: Pixel,
  along: "x" | "y",
  stubs = false,
): Stroke[] {
  const boundEnd = (bound: number | null): End => (bound === null ? "open" : "cap");
  const lowEnd = boundEnd(spread.low);
  const highEnd = spread.isLowerBound === true ? "arrow" : boundEnd(spread.high);
  if (!stubs)
    return [
      [...low, ...high],
      ...endStrokes(lowEnd, low, high, along),
      ...endStrokes(highEnd, high, low, along),
    ];
  const tip = highEnd === "arrow" ? moved(high, STUB_ARROW_PX, along) : high;
  return [
    [...low, ...tip],
    ...(lowEnd === "open" ? dots(low, -1, along) : endStrokes(lowEnd, low, tip, along)),
    ...(highEnd === "open" ? dots(high, 1, along) : endStrokes(highEnd, tip, low, along)),
  ];
}

/** So many px towards higher values. */
function moved([x, y]: Pixel, px: number, along: "x" | "y"): Pixel {
  return along === "y" ? [x, y - px] : [x + px, y];
}

function dots(from: Pixel, sign: 1 | -1, along: "x" | "y"): Stroke[] {
  return STUB_PX.map(
    ([start, end]): Stroke => [...moved(from, sign * start, along), ...moved(from, sign * end, along)],
  );
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
