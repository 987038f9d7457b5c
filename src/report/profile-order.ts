import type { LevelLoad } from "../benchmarks/profile/level.ts";
import type { LevelResult } from "../benchmarks/profile/profile-shape.ts";

const KINDS: readonly LevelLoad["kind"][] = ["rate", "users", "all-at-once"];

/** Levels in the order of their loads, which a search tries in another: rates, then users, then all at once. */
export function byLoad(levels: readonly LevelResult[]): { swept: LevelResult[]; trials: LevelResult[] } {
  const sorted = levels.toSorted(
    (one, other) =>
      KINDS.indexOf(one.load.kind) - KINDS.indexOf(other.load.kind) ||
      heightOf(one) - heightOf(other) ||
      one.number - other.number,
  );
  return {
    swept: sorted.filter(({ role }) => role !== "capacity"),
    trials: sorted.filter(({ role }) => role === "capacity"),
  };
}

/** A load's height among those of its kind. */
export function heightOf({ load }: Pick<LevelResult, "load">): number {
  return load.kind === "rate" ? load.ratePerS : load.kind === "users" ? load.users : 0;
}
