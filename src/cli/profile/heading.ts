import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { formatDuration } from "../../core/units.ts";
import { counted } from "../../report/numbers.ts";
import type { ProfileConfig } from "./config.ts";
import type { ProfileValues } from "./level-values.ts";

/** What is run, in a few lines. */
export function headingOf(
  run: Profile["run"],
  values: ProfileValues,
  { sweep, limits }: ProfileConfig,
): string[] {
  const levels =
    sweep.kind === "auto"
      ? `auto, at most ${counted(sweep.levels, "level")}`
      : counted(sweep.loads.length, "level");
  const search = values.findCapacity
    ? ` · then the capacity, at most ${formatDuration(values.capacityTime)}`
    : "";
  const length = [
    ...(limits.requests === null ? [] : [counted(limits.requests, "request")]),
    ...(limits.durationMs === null || limits.requests !== null ? [] : [formatDuration(limits.durationMs)]),
    ...values.until.map((text) => `until ${text}`),
  ];
  return [
    `inferbench ${run.version} profile   ${run.endpoint}`,
    `model ${run.model || "(not named)"} · ${run.backend}`,
    `${levels}${search} · ${length.join(" or ")} each · seed ${run.seed}`,
    ...(values.maxTime === undefined ? [] : [`at most ${formatDuration(values.maxTime)} in all`]),
  ];
}
