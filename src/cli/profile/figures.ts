import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { messageOf } from "../../core/errors.ts";
import { nextTurn } from "../../core/wait.ts";
import type { FigureFormat } from "../../report/figures/serving/names.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import type { FigureLook } from "../figures.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";

const CURVES = ["throughput_latency", "throughput_normalized_latency", "cost_latency", "goodput_rate"];

/** The files of a profile's curves in this format. */
export function profileFigureFiles(format: FigureFormat): string[] {
  return format === "none" ? [] : CURVES.map((name) => `${name}.${format}`);
}

/**
 * Writes the profile's report.html. As with figures, a failure is said and costs nothing else.
 * @param stop nothing is made once this is aborted
 */
export async function writeProfilePage(
  profile: Profile,
  directory: RunDirectory,
  stop: AbortSignal | null,
): Promise<void> {
  await nextTurn();
  if (stop?.aborted === true) return;
  if (profile.levels.every(({ figures }) => figures === null)) return;
  try {
    const { profilesPage } = await import("./page.ts");
    const saved = { name: profile.run.runName, directory: directory.directory, profile };
    directory.writeAtomic(REPORT_FILE, profilesPage([saved]));
  } catch (error) {
    notes.warn(
      `${REPORT_FILE} could not be made: ${messageOf(error)}\n  inferbench report ${directory.directory} --html makes it from the levels`,
    );
  }
}

/**
 * Draws the curves over a profile's levels. The numbers are safe by then: a failure is said and costs nothing else.
 * @param stop no further one is drawn once this is aborted
 */
export async function drawProfile(
  look: FigureLook | null,
  profile: Profile,
  directory: RunDirectory,
  stop: AbortSignal | null,
): Promise<void> {
  if (look === null || profile.levels.length === 0) return;
  try {
    // Only now: the library that draws takes longer to load than all the rest.
    const { profileFigures } = await import("../../report/figures/profile/profile-figures.ts");
    const { writeFigures } = await import("../figures.ts");
    const drawing = writeFigures(profileFigures(profile, directory.directory), look, directory, stop);
    await withSpinner("drawing figures", drawing);
  } catch (error) {
    notes.warn(`the figures could not be drawn: ${messageOf(error)}`);
  }
}
