import { usageError } from "../../core/errors.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { savedRun } from "../../report/figures/serving/saved-run.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { foreignPageRun } from "../../report/html/serving/foreign-page.ts";
import { type ComparedRun, comparedRun } from "../../report/html/serving/page-run.ts";
import { servingComparisonText } from "../../report/serving-comparison-text.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { type FigureLook, writeFigures } from "../figures.ts";
import type { Made } from "./made.ts";
import { isResultFile } from "./operand.ts";
import { withOwnNames } from "./own-names.ts";
import { atPrice, comparedAtPrice, feedRecords, figuresOf } from "./runs.ts";

/**
 * Redraws the figures of one run, or draws several runs together; other tools' result files among them.
 * @param outdir where they go; only figures' own files are replaced there
 * @returns with the text of how several compare
 */
export async function reportFigures(
  paths: readonly string[],
  look: FigureLook,
  outdir: string,
  usdPerHour: number | null,
): Promise<Made> {
  const read = paths.map(readRun);
  const runs = withOwnNames(
    paths,
    read.map(({ run }) => run),
  );
  const output = openRunDirectory(outdir, { overwrite: true, names: figureFiles(look.format) });
  try {
    const priced = runs.map((run) => atPrice(run, usdPerHour));
    const files = await writeFigures(figuresOf(priced), look, output);
    if (files.length === 0) throw usageError(`${paths.join(", ")}: there is nothing to draw`);
    const compared = () => read.map(({ comparedAs }, i) => comparedAtPrice(comparedAs(runs[i]!), usdPerHour));
    return { text: runs.length === 1 ? null : servingComparisonText(compared()), files };
  } finally {
    output.removeEmpty();
  }
}

/** A run, and what it is compared by under the name that it is given: of a killed run its records are read once more for it. */
function readRun(path: string): { run: ServingRun; comparedAs(run: ServingRun): ComparedRun } {
  if (isResultFile(path)) {
    const page = foreignPageRun(readForeignFile(path));
    return { run: page.run, comparedAs: (run) => ({ ...page, run }) };
  }
  const collector = new RunCollector();
  feedRecords(path, (record) => collector.add(record));
  const collected = collector.finish();
  if (collected.spans.length === 0)
    throw usageError(`${path} has no record of a request: there is nothing to draw`);
  return {
    run: savedRun(path, collected),
    comparedAs: (run) => comparedRun(run, (take) => feedRecords(path, take)),
  };
}
