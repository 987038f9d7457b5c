import { assertNever, usageError } from "../../core/errors.ts";
import { capacitiesText } from "../../report/capacities-text.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import { savedProfileText } from "../../report/saved-profile-text.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import type { FigureLook } from "../figures.ts";
import { profileFigureFiles } from "../profile/figures.ts";
import type { SavedProfile } from "../profile/page.ts";
import { readProfile } from "../profile/saved-profile.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { withKilledLevels } from "./killed-levels.ts";
import { madeText } from "./made.ts";
import { profileNamed, withOwnNames } from "./own-names.ts";
import { formattedProfiles } from "./profile-formats.ts";
import type { Wish } from "./wish.ts";

/** More curves cannot be told apart in black and white. */
const MOST_PROFILES = 4;

/** What `report` says of profiles. @throws ToolError */
export async function reportProfile(wish: Wish, directories: readonly string[]): Promise<string> {
  const read = directories.map((directory) => {
    const profile = readProfile(directory);
    if (profile === null) throw usageError(`${directory}: the profile was stopped before its first level`);
    const isAsItIs = wish.kind === "format" && wish.format === "json";
    const shown = isAsItIs ? profile : withKilledLevels(directory, profile);
    return { name: profile.run.runName, directory, profile: shown };
  });
  const saved = withOwnNames(directories, read) as [SavedProfile, ...SavedProfile[]];
  switch (wish.kind) {
    case "definitions":
      throw usageError("--definitions is for one serving run", `Name a level: ${directories[0]}/levels/…`);
    case "format":
      if (wish.usdPerHour !== null) throw noPrice();
      return formattedProfiles(wish.format, saved);
    case "figures":
    case "page": {
      if (wish.usdPerHour !== null) throw noPrice();
      if (saved.length > MOST_PROFILES)
        throw usageError(
          `${saved.length} profiles are more than the ${MOST_PROFILES} whose curves can be told apart`,
        );
      const outdir = wish.outdir ?? (saved.length === 1 ? directories[0]! : defaultOutdir("report"));
      const files = await written(saved, wish.look, wish.kind === "page", outdir);
      const text =
        saved.length > 1
          ? capacitiesText(saved.map(profileNamed))
          : wish.kind === "page" && wish.isAll
            ? savedProfileText(saved[0].profile)
            : null;
      return madeText({ text, files }, wish);
    }
    default:
      return assertNever(wish);
  }
}

function noPrice() {
  return usageError(
    "--instance-price-per-hour has nothing to do with profiles, whose levels have the price that they were given",
    "Name the levels' directories, or give profile --price-per-hour.",
  );
}

async function written(
  saved: readonly [SavedProfile, ...SavedProfile[]],
  look: FigureLook | null,
  hasPage: boolean,
  outdir: string,
): Promise<string[]> {
  const names = [...(hasPage ? [REPORT_FILE] : []), ...profileFigureFiles(look?.format ?? "none")];
  const output = openRunDirectory(outdir, { overwrite: true, names });
  const files: string[] = [];
  try {
    if (look !== null) {
      // Only now: the library that draws takes longer to load than all the rest.
      const { profilesFigures } = await import("../../report/figures/profile/profiles-figures.ts");
      const { writeFigures } = await import("../figures.ts");
      files.push(...(await writeFigures(profilesFigures(saved), look, output)));
    }
    if (hasPage) {
      const { profilesPage } = await import("../profile/page.ts");
      output.writeAtomic(REPORT_FILE, profilesPage(saved));
      files.push(output.path(REPORT_FILE));
    }
    return files;
  } finally {
    output.removeEmpty();
  }
}
