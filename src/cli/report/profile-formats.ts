import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { assertNever } from "../../core/errors.ts";
import { profilesCsv, profilesJunit, profilesMarkdown } from "../../report/formats/profile.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { formats } from "./formats.ts";

/** Profiles as one text. */
export function formattedProfiles(
  format: (typeof formats)[number],
  saved: readonly { profile: Profile }[],
): string {
  const profiles = saved.map(({ profile }) => profile);
  switch (format) {
    case "md":
      return profilesMarkdown(profiles);
    case "csv":
      return profilesCsv(profiles);
    case "json":
      return strictJson(profiles.length === 1 ? profiles[0] : profiles);
    case "junit":
      return profilesJunit(profiles);
    default:
      return assertNever(format);
  }
}
