import { messageOf } from "../../core/errors.ts";
import { storageFigureFiles } from "../../report/figures/storage/names.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { StorageValues } from "./config.ts";

/** The figures' files by their own names, to be declared with the run's others. */
export function figureNames({ figures }: Pick<StorageValues, "figures">): Record<string, string> {
  return Object.fromEntries(storageFigureFiles(figures).map((file) => [file, file]));
}

/**
 * Draws a finished run's figures and makes its page, from its files. The numbers are safe by then, so that a failure is said and costs
 * nothing else.
 */
export async function showStorageRun(
  { figures: format, theme, html }: Pick<StorageValues, "figures" | "theme" | "html">,
  directory: RunDirectory,
): Promise<void> {
  if (format === "none" && !html) return;
  try {
    const { savedStorageRun } = await import("../../report/figures/storage/saved-run.ts");
    const run = savedStorageRun(directory.directory);
    if (format !== "none") {
      // Only now: the library that draws takes longer to load than all the rest.
      const { figuresOfStorageRun } = await import("../../report/figures/storage/run-figures.ts");
      const { writeFigures } = await import("../figures.ts");
      const drawing = writeFigures(figuresOfStorageRun(run), { format, theme }, directory);
      await withSpinner("drawing figures", drawing);
    }
    if (html) {
      const { storagePageRun } = await import("../../report/html/storage/page-run.ts");
      const { storageRunPage } = await import("../../report/html/storage/pages.ts");
      directory.writeAtomic(REPORT_FILE, storageRunPage(storagePageRun(directory.directory, run)));
    }
  } catch (error) {
    notes.warn(
      `figures and page could not be made: ${messageOf(error)}\n  inferbench report ${directory.directory} makes them from the rows`,
    );
  }
}
