import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { messageOf } from "../../core/errors.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import type { FigureLook } from "../figures.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { ServingValues } from "./config.ts";

/** @returns null for no figures */
export function figureLookOf({
  figures,
  theme,
}: Pick<ServingValues, "figures" | "theme">): FigureLook | null {
  return figures === "none" ? null : { format: figures, theme };
}

/** Draws a finished run's figures beside its other files. The numbers are safe by then, so that a failure is said and costs nothing else. */
export async function drawRun(
  look: FigureLook | null,
  records: readonly RequestRecord[],
  directory: RunDirectory,
): Promise<void> {
  if (look === null) return;
  try {
    // Only now: the library that draws takes longer to load than all the rest.
    const { servingFigures } = await import("./draw-run.ts");
    const { writeFigures } = await import("../figures.ts");
    const drawing = writeFigures(servingFigures(records, directory.directory), look, directory);
    await withSpinner("drawing figures", drawing);
  } catch (error) {
    notes.warn(
      `the figures could not be drawn: ${messageOf(error)}\n  inferbench report ${directory.directory} --figures ${look.format} draws them from the records`,
    );
  }
}

/** Writes a finished run's report.html. As with figures, a failure is said and costs nothing else. */
export async function writePage(records: readonly RequestRecord[], directory: RunDirectory): Promise<void> {
  try {
    const { servingPage } = await import("./page.ts");
    directory.writeAtomic(REPORT_FILE, servingPage(records, directory.directory));
  } catch (error) {
    notes.warn(
      `${REPORT_FILE} could not be made: ${messageOf(error)}\n  inferbench report ${directory.directory} --html makes it from the records`,
    );
  }
}
