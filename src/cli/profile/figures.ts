import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { messageOf } from "../../core/errors.ts";
import type { FigureFormat } from "../../report/figures/serving/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import type { FigureLook } from "../figures.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";

const CURVES = ["throughput_latency", "throughput_normalized_latency", "cost_latency", "goodput_rate"];

/** The files of a profile's curves in this format. */
export function profileFigureFiles(format: FigureFormat): string[] {
  return format === "none" ? [] : CURVES.map((name) => `${name}.${format}`);
}

/** Draws the curves over a profile's levels. The numbers are safe by then: a failure is said and costs nothing else. */
export async function drawProfile(
  look: FigureLook | null,
  profile: Profile,
  directory: RunDirectory,
): Promise<void> {
  if (look === null || profile.levels.length === 0) return;
  try {
    // Only now: the library that draws takes longer to load than all the rest.
    const { profileFigures } = await import("../../report/figures/profile/profile-figures.ts");
    const { writeFigures } = await import("../figures.ts");
    const drawing = writeFigures(profileFigures(profile, directory.directory), look, directory);
    await withSpinner("drawing figures", drawing);
  } catch (error) {
    notes.warn(`the figures could not be drawn: ${messageOf(error)}`);
  }
}
