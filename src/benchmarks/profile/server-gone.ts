import { isGone } from "./idle.ts";
import { marksOf } from "./judge.ts";
import type { LevelResult } from "./profile-shape.ts";

/** A server that refuses some connections because it has too much to do is there again by then; one that crashed is not. */
export const GONE_AFTER_MS = 5000;

/** How many requests of a level found no server, or lost it: `connect 312, reset 4`; null where none did. */
export function lostRequests({ figures }: Pick<LevelResult, "figures">): string | null {
  const lost = Object.entries(figures?.requests.byClass ?? {}).filter(([failure]) => isGone({ failure }));
  return lost.length === 0 ? null : lost.map(([failure, n]) => `${failure} ${n}`).join(", ");
}

/** A level in which the server went away: it has failed, however late that was, so that `--resume` runs it again, and is no trial. */
export function withServerGone(level: LevelResult): LevelResult {
  const failed = { ...level, status: "failed" as const, trial: null };
  const warning = {
    code: "server-gone",
    message: "the server went away in this level",
    hint: "Its figures are no overload's: profile --resume runs it again.",
  };
  return { ...failed, marks: marksOf(failed), warnings: [...level.warnings, warning] };
}
