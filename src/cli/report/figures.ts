import { eachRecord } from "../../benchmarks/serving/record-file.ts";
import { usageError } from "../../core/errors.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { figuresOfRuns, MOST_RUNS } from "../../report/figures/serving/comparison-figures.ts";
import { foreignRun } from "../../report/figures/serving/foreign-run.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { figuresOfRun } from "../../report/figures/serving/run-figures.ts";
import { savedRun } from "../../report/figures/serving/saved-run.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { windowsAtPrice } from "../../report/window-price.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { type FigureLook, writeFigures } from "../figures.ts";
import { notes } from "../ui/notes.ts";
import { isResultFile } from "./operand.ts";
import { withOwnNames } from "./own-names.ts";
import { recordFilesIn, sayCutOff } from "./record-files.ts";

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
  const runs = usdPerHour === null ? read : read.map((run) => atPrice(run, usdPerHour));
  if (runs.length > MOST_RUNS)
    notes.info(
      `more than ${MOST_RUNS} runs cannot be told apart as lines: only the curves over load are drawn`,
    );
  const output = openRunDirectory(outdir, { overwrite: true, names: figureFiles(look.format) });
  try {
    const figures = runs.length === 1 ? figuresOfRun(runs[0]!) : figuresOfRuns(runs);
    const written = await writeFigures(figures, look, output);
    if (written.length === 0) throw usageError(`${paths.join(", ")}: there is nothing to draw`);
    return written;
  } finally {
    output.removeEmpty();
  }
}

function readRun(directory: string): ServingRun {
  if (isResultFile(directory)) return foreignRun(readForeignFile(directory));
  const collector = new RunCollector();
  for (const path of recordFilesIn(directory))
    if (eachRecord(path, (record) => collector.add(record))) sayCutOff(path);
  const collected = collector.finish();
  if (collected.spans.length === 0)
    throw usageError(`${directory} has no record of a request: there is nothing to draw`);
  return savedRun(directory, collected);
}

function atPrice(run: ServingRun, usdPerHour: number): ServingRun {
  return { ...run, summary: run.summary === null ? null : windowsAtPrice(run.summary, usdPerHour) };
}
