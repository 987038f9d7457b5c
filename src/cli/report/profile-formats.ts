import { assertNever } from "../../core/errors.ts";
import { profilesCsv, profilesJunit, profilesMarkdown } from "../../report/formats/profile.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { SavedProfile } from "../profile/page.ts";
import type { formats } from "./formats.ts";
import { profileNamed } from "./own-names.ts";

/** Profiles as one text. */
export function formattedProfiles(format: (typeof formats)[number], saved: readonly SavedProfile[]): string {
  const profiles = saved.map(profileNamed);
  switch (format) {
    case "md":
      return profilesMarkdown(profiles);
    case "csv":
      return profilesCsv(profiles);
    case "json":
      return strictJson(saved.length === 1 ? saved[0]!.profile : saved.map(({ profile }) => profile));
    case "junit":
      return profilesJunit(profiles);
    default:
      return assertNever(format);
  }
}
