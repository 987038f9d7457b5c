import { messageOf } from "../../core/errors.ts";
import { storageFigureFiles } from "../../report/figures/storage/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { StorageValues } from "./config.ts";

/** The figures' files by their own names, to be declared with the run's others. */
export function figureNames({ figures }: Pick<StorageValues, "figures">): Record<string, string> {
  return Object.fromEntries(storageFigureFiles(figures).map((file) => [file, file]));
}

/** Draws a finished run's figures from its files. The numbers are safe by then, so that a failure is said and costs nothing else. */
export async function drawStorageRun(
  { figures: format, theme }: Pick<StorageValues, "figures" | "theme">,
  directory: RunDirectory,
): Promise<void> {
  if (format === "none") return;
  try {
    // Only now: the library that draws takes longer to load than all the rest.
    const { savedStorageRun } = await import("../../report/figures/storage/saved-run.ts");
    const { figuresOfStorageRun } = await import("../../report/figures/storage/run-figures.ts");
    const { writeFigures } = await import("../figures.ts");
    const run = savedStorageRun(directory.directory);
    await withSpinner(
      "drawing figures",
      writeFigures(figuresOfStorageRun(run), { format, theme }, directory),
    );
  } catch (error) {
    notes.warn(
      `the figures could not be drawn: ${messageOf(error)}\n  inferbench report ${directory.directory} draws them from the rows`,
    );
  }
}
