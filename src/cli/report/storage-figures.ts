import { usageError } from "../../core/errors.ts";
import { MOST_RUNS } from "../../report/figures/storage/bar-figure.ts";
import { storageFigureFiles } from "../../report/figures/storage/names.ts";
import { figuresOfStorageRun, figuresOfStorageRuns } from "../../report/figures/storage/run-figures.ts";
import { savedStorageRun } from "../../report/figures/storage/saved-run.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { type FigureLook, writeFigures } from "../figures.ts";
import { withOwnNames } from "./own-names.ts";
import { sayCutOff } from "./record-files.ts";

/**
 * Redraws the figures of one storage run, or sets several side by side.
 * @param outdir where they go; only figures' own files are replaced there
 * @returns the files written
 */
export async function storageReportFigures(
  directories: readonly string[],
  look: FigureLook,
  outdir: string,
): Promise<string[]> {
  if (directories.length > MOST_RUNS)
    throw usageError(`${directories.length} runs: figures tell at most ${MOST_RUNS} apart`, "Name fewer.");
  const runs = withOwnNames(directories, directories.map(savedStorageRun));
  for (const path of runs.flatMap(({ rows }) => rows.cutOff)) sayCutOff(path);
  const [first, ...more] = runs;
  const output = openRunDirectory(outdir, { overwrite: true, names: storageFigureFiles(look.format) });
  try {
    const figures = more.length === 0 ? figuresOfStorageRun(first!) : figuresOfStorageRuns(runs);
    return await writeFigures(figures, look, output);
  } finally {
    output.removeEmpty();
  }
}
