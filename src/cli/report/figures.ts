import { usageError } from "../../core/errors.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { savedRun } from "../../report/figures/serving/saved-run.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { type FigureLook, writeFigures } from "../figures.ts";
import { feedRecords, figuresOf, withOwnNames } from "./runs.ts";

/**
 * Redraws the figures of one run, or draws several runs together.
 * @param outdir where they go; only figures' own files are replaced there
 * @returns the files written
 */
export async function reportFigures(
  directories: readonly string[],
  look: FigureLook,
  outdir: string,
): Promise<string[]> {
  const runs = withOwnNames(directories, directories.map(readRun));
  const output = openRunDirectory(outdir, { overwrite: true, names: figureFiles(look.format) });
  try {
    return await writeFigures(figuresOf(runs), look, output);
  } finally {
    output.removeEmpty();
  }
}

function readRun(directory: string): ServingRun {
  const collector = new RunCollector();
  feedRecords(directory, (record) => collector.add(record));
  const collected = collector.finish();
  if (collected.spans.length === 0)
    throw usageError(`${directory} has no record of a request: there is nothing to draw`);
  return savedRun(directory, collected);
}
