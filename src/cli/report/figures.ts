import { usageError } from "../../core/errors.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { foreignRun } from "../../report/figures/serving/foreign-run.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { savedRun } from "../../report/figures/serving/saved-run.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { type FigureLook, writeFigures } from "../figures.ts";
import { isResultFile } from "./operand.ts";
import { withOwnNames } from "./own-names.ts";
import { atPrice, feedRecords, figuresOf } from "./runs.ts";

/**
 * Redraws the figures of one run, or draws several runs together; other tools' result files among them.
 * @param outdir where they go; only figures' own files are replaced there
 * @returns the files written
 */
export async function reportFigures(
  paths: readonly string[],
  look: FigureLook,
  outdir: string,
  usdPerHour: number | null,
): Promise<string[]> {
  const read = withOwnNames(paths, paths.map(readRun));
  const runs = read.map((run) => atPrice(run, usdPerHour));
  const output = openRunDirectory(outdir, { overwrite: true, names: figureFiles(look.format) });
  try {
    const written = await writeFigures(figuresOf(runs), look, output);
    if (written.length === 0) throw usageError(`${paths.join(", ")}: there is nothing to draw`);
    return written;
  } finally {
    output.removeEmpty();
  }
}

function readRun(path: string): ServingRun {
  if (isResultFile(path)) return foreignRun(readForeignFile(path));
  const collector = new RunCollector();
  feedRecords(path, (record) => collector.add(record));
  const collected = collector.finish();
  if (collected.spans.length === 0)
    throw usageError(`${path} has no record of a request: there is nothing to draw`);
  return savedRun(path, collected);
}
