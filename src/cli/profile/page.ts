import { join } from "node:path";
import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { ToolError, usageError } from "../../core/errors.ts";
import { profilesFigures } from "../../report/figures/profile/profiles-figures.ts";
import { capacitySections, profileSections } from "../../report/html/profile/sections.ts";
import { comparisonPage } from "../../report/html/serving/comparison-page.ts";
import { type PageRun, pageRun } from "../../report/html/serving/page-run.ts";
import { profileNamed } from "../report/own-names.ts";
import { feedRecords } from "../report/runs.ts";
import { notes } from "../ui/notes.ts";

/** A profile and where it lies. */
export interface SavedProfile {
  /** Its own among others. */
  name: string;
  directory: string;
  profile: Profile;
}

/**
 * report.html of a profile, or of several: verdict and capacity, the levels, the curves, and each level by itself. A level whose files are
 * gone is said and left out.
 * @throws ToolError USAGE where no level's files are there
 */
export function profilesPage(saved: readonly [SavedProfile, ...SavedProfile[]]): string {
  const isOne = saved.length === 1;
  const pages = saved.flatMap(({ name, directory, profile }) =>
    profile.levels.flatMap((level) => {
      const page = levelPage(join(directory, level.directory));
      const label = isOne ? level.name : `${name} ${level.name}`;
      return page === null ? [] : [{ ...page, run: { ...page.run, name: label } }];
    }),
  );
  if (pages.length === 0)
    throw usageError(
      `${saved.map(({ directory }) => directory).join(", ")}: no level has a record of a request`,
    );
  const [{ profile }] = saved;
  return comparisonPage(pages, {
    title: isOne ? `Profile ${profile.run.runName}` : `Comparison of ${saved.length} profiles`,
    lead: [
      ...capacitySections(saved.map(profileNamed)),
      ...saved.flatMap(({ name, profile: of }) => profileSections(of, isOne ? null : name)),
    ],
    figures: profilesFigures(saved),
  });
}

function levelPage(directory: string): PageRun | null {
  try {
    const page = pageRun(directory, (take) => feedRecords(directory, take));
    return page.run.collected.spans.length === 0 ? null : page;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    notes.warn(`a level is left out: ${error.message}`);
    return null;
  }
}
