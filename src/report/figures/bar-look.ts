import { type Pattern, patterns } from "./patterns.ts";
import { type Theme, toneOf } from "./theme.ts";

/** How the bars of one run look; colours as #rrggbb. */
export interface BarLook {
  pattern: Pattern;
  fill: string;
  /** Outline and strokes. */
  ink: string;
}

/** Part of the background in a fill, so that strokes and intervals stand out from it. */
const PALE = { solid: 0.55, stroked: 0.85 };

/** The look of the i-th run's bars: another pattern each, and another colour where there are colours. */
export function barLook(theme: Theme, i: number): BarLook {
  const pattern = patterns[i % patterns.length]!;
  const ink = toneOf(theme, i);
  const paleness = pattern === "solid" ? PALE.solid : theme.isMonochrome ? 1 : PALE.stroked;
  return { pattern, ink, fill: mixed(ink, theme.background, paleness) };
}

/** @param share of the second colour */
function mixed(first: string, second: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [first, second].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(a! + (b! - a!) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
