import { isDeepStrictEqual } from "node:util";
import type { Level } from "./level.ts";
import type { LevelResult } from "./profile-shape.ts";

/** More differences than this are not shown. */
const MOST_SHOWN = 3;

/** How two plans differ, a line each: `duration is 60000, was 30000`; empty where they are one. Both as JSON gives them. */
export function planDifferences(
  now: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): string[] {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const shown = (value: unknown) => (value === undefined ? "not given" : JSON.stringify(value));
  const differences = keys
    .filter((key) => !isDeepStrictEqual(now[key], before[key]))
    .map((key) => `${key} is ${shown(now[key])}, was ${shown(before[key])}`);
  const more = differences.length - MOST_SHOWN;
  return more <= 0 ? differences : [...differences.slice(0, MOST_SHOWN), `and ${more} more`];
}

/**
 * The saved result of this very level, if it came to its end: an unfinished or failed one is run again. A failed one by which later loads were
 * chosen is kept if it measured anything: run again it would differ a little, and none of these loads would be chosen again.
 */
export function keptResult(level: Level, saved: readonly LevelResult[]): LevelResult | null {
  const result = saved.find(({ number }) => number === level.number);
  if (result === undefined || result.status === "interrupted") return null;
  if (result.status === "failed" && !(isChosen(level) && hasMeasured(result) && isFollowed(level, saved)))
    return null;
  const isSame = (Object.keys(level) as (keyof Level)[]).every((key) =>
    isDeepStrictEqual(level[key], result[key]),
  );
  return isSame ? result : null;
}

/** Whether its load, and those after it, follow from the levels before. */
function isChosen({ role }: Level): boolean {
  return role !== "listed";
}

function hasMeasured({ figures }: LevelResult): boolean {
  return (figures?.requests.succeeded ?? 0) > 0;
}

function isFollowed(level: Level, saved: readonly LevelResult[]): boolean {
  return saved.some(({ number }) => number > level.number);
}
