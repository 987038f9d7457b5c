import type { Axis, Bar } from "../spec.ts";
import { plain } from "../ticks.ts";
import type { LoadedRun } from "./facts.ts";
import { type Difference, differences, shortDifference, shortTexts } from "./settings.ts";

/* What the two figures of runs side by side have in common. */

/** There are no more fill patterns: further runs could not be told apart in black and white. */
export const MOST_RUNS = 8;

export const WHISKERS = "whiskers: 95 % intervals, open where n is too small for a bound";

/** From 0 on. @param headroom part of the axis that is left above bars and intervals, for their numbers */
export function barAxis(bars: readonly Bar[], headroom: number): Axis {
  const most = Math.max(...bars.map(({ value, interval }) => Math.max(value, interval?.high ?? 0)), 0);
  return { scale: "linear", domain: [0, (most || 1) / (1 - headroom)], tight: true, format: plain };
}

/** A bound of an interval; `?` where n is too small for it. */
export function bound(value: number | null, format: (value: number) => string): string {
  return value === null ? "?" : format(value);
}

/** The settings by which the runs are named. */
export function differencesOf(runs: readonly LoadedRun[]): Difference[] {
  return differences(runs.map(({ run }) => run.metadata));
}

/** Settings for which there is room under a bar, in a key and in a subtitle. */
const MOST_KNOBS = 2;
/** What the i-th run has where runs differ. */
export function knobLines(different: readonly Difference[], i: number): string[] {
  return shortTexts(different, MOST_KNOBS, (one) => shortDifference(one, i));
}

/** What differs, and more. */
export function subtitle(different: readonly Difference[], ...more: readonly string[]): string {
  const knobs = shortTexts(different, MOST_KNOBS, (one) => shortDifference(one)).join(", ");
  return [knobs, ...more].filter((part) => part !== "").join(" · ");
}
