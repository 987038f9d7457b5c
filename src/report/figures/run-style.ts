import type { Style } from "./spec.ts";

const DASHES = ["solid", "dashed", "dotted", "dash-dot"] as const;
const MARKERS = ["circle", "triangle", "square", "diamond", "down", "cross"] as const;

/** The style of the i-th run, or of the i-th line of one run: another colour, dash and marker each. */
export function runStyle(i: number): Style {
  return { tone: i, dash: DASHES[i % DASHES.length]!, marker: MARKERS[i % MARKERS.length]! };
}
