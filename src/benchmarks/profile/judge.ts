import { ExitCode } from "../../core/errors.ts";
import { fellBehind } from "./backlog.ts";
import type { LevelResult, Mark, Profile } from "./profile-shape.ts";

/** What to know of a level before reading its figures. */
export function marksOf({
  status,
  saturated,
  idle,
  figures,
  backlog,
}: Pick<LevelResult, "status" | "saturated" | "idle" | "figures" | "backlog">): Mark[] {
  const marks: Mark[] = [];
  if (saturated) marks.push("saturated");
  else if (backlog !== null && fellBehind(backlog)) marks.push("piled-up");
  if (status !== "complete") marks.push(status);
  const { verdict = "fit" } = figures?.validity ?? {};
  if (verdict !== "fit") marks.push(verdict);
  if (figures !== null && figures.hitCap !== null) marks.push("held-back");
  if (idle?.isIdle === false) marks.push("not-idle");
  const { failed = 0, censored = 0 } = figures?.requests ?? {};
  if (status !== "failed" && failed > censored) marks.push("failures");
  if ((figures?.gatesFailed ?? 0) > 0) marks.push("gate-failed");
  return marks;
}

/** Whether a level's latencies are those of a growing queue. */
export function isPastSaturation({ marks }: Pick<LevelResult, "marks">): boolean {
  return marks.includes("saturated") || marks.includes("piled-up");
}

/** Whether a level was meant to be more than the server, or the limits, can take. */
function isBeyond({ saturated, role }: LevelResult): boolean {
  return saturated || role === "full-throughput" || role === "capacity";
}

/** What speaks against a profile of what a level is marked with; trials of a search go beyond the limits to find where they are. */
export function failuresOf(level: LevelResult): Mark[] {
  const failing: Mark[] = level.role === "capacity" ? [] : ["failed"];
  if (!isBeyond(level)) failing.push("unfit", "gate-failed");
  return [...failing, "interrupted" as const].filter((mark) => level.marks.includes(mark));
}

/** What the profile says to whoever started it: the worst of its levels, as `serving` would say it. */
export function exitOf({ run, levels, capacity }: Profile): ExitCode {
  if (run.status === "interrupted") return ExitCode.interrupted;
  const failures = levels.flatMap(failuresOf);
  if (run.status === "failed" || failures.includes("failed")) return ExitCode.runFailed;
  if (failures.includes("unfit")) return ExitCode.clientUnfit;
  if (failures.includes("gate-failed")) return ExitCode.gateFailed;
  return capacity !== null && capacity.ratePerS === null ? ExitCode.gateFailed : ExitCode.ok;
}

/** The worst verdict on the client, over the levels that were not meant to be too much, with each reason once. */
export function validityOf(levels: readonly LevelResult[]): Profile["validity"] {
  const known = levels.flatMap((level) =>
    isBeyond(level) || level.figures === null ? [] : [{ name: level.name, validity: level.figures.validity }],
  );
  const verdict =
    (["unfit", "doubtful"] as const).find((worst) =>
      known.some(({ validity }) => validity.verdict === worst),
    ) ?? "fit";
  const reasons = known.flatMap(({ name, validity }) =>
    validity.verdict === verdict ? validity.reasons.map((reason) => `${name}: ${reason}`) : [],
  );
  return { verdict, reasons: verdict === "fit" ? [] : reasons };
}
