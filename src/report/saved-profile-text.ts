import type { Profile } from "../benchmarks/profile/profile-shape.ts";
import { profileFoot, profileHead, profileRows, unfinishedText } from "./profile-text.ts";
import { COLUMNS, wrapped } from "./wrapped.ts";

/** A saved profile at a glance, in 80 columns: its table with what follows it, and why it is not whole. */
export function savedProfileText(profile: Profile): string {
  const { run, levels } = profile;
  const why = unfinishedText("The profile", profile);
  const foot = profileFoot(profile);
  return [
    `inferbench ${run.version} profile   ${run.endpoint}`,
    `model ${run.model || "(not named)"} · ${run.backend} · seed ${run.seed}`,
    ...(why === null ? [] : ["", wrapped(`${why}.`, COLUMNS)]),
    "",
    ...profileHead(),
    ...profileRows(levels),
    ...(foot.length === 0 ? [] : ["", ...foot]),
  ].join("\n");
}
