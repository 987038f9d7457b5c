import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../../core/errors.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import { readForeignFile } from "../../report/foreign/read.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import { comparisonPage } from "../../report/html/serving/comparison-page.ts";
import { foreignPageRun } from "../../report/html/serving/foreign-page.ts";
import { type PageRun, pageRun } from "../../report/html/serving/page-run.ts";
import { runPage } from "../../report/html/serving/run-page.ts";
import { killedText } from "../../report/killed-text.ts";
import { servingComparisonText } from "../../report/serving-comparison-text.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import type { Made } from "./made.ts";
import { isResultFile } from "./operand.ts";
import { withOwnNames } from "./own-names.ts";
import { rebuiltSummaryText } from "./rebuilt-summary.ts";
import { comparedAtPrice, feedRecords, figuresOf } from "./runs.ts";
import type { Wish } from "./wish.ts";

/**
 * Makes report.html of one run, or of several beside one another; with it the figures and, of one run, its summary as text, where these are
 * wanted and can be made.
 * @param outdir where they go; only files of these names are replaced there
 * @returns with the text of one run's summary, where all is wanted, or of how several compare
 */
export async function reportPage(
  paths: readonly string[],
  { look, isAll, usdPerHour }: Extract<Wish, { kind: "page" }>,
  outdir: string,
): Promise<Made> {
  const isOne = paths.length === 1;
  const read = paths.map(readPage);
  const runs = withOwnNames(
    paths,
    read.map(({ run }) => run),
  );
  const pages = read.map((page, i) => comparedAtPrice({ ...page, run: runs[i]! }, usdPerHour));
  const text = isAll && isOne ? rebuiltSummaryText(paths[0]!, pages[0]!) : null;
  const names = [
    REPORT_FILE,
    ...figureFiles(look?.format ?? "none"),
    ...(text === null ? [] : [SUMMARY_TEXT]),
  ];
  const output = openRunDirectory(outdir, { overwrite: true, names });
  const written: string[] = [];
  try {
    if (text !== null) {
      output.writeAtomic(SUMMARY_TEXT, text);
      written.push(output.path(SUMMARY_TEXT));
    }
    if (look !== null) {
      // Only now: the library that draws takes longer to load than all the rest.
      const { writeFigures } = await import("../figures.ts");
      written.push(...(await writeFigures(figuresOf(pages.map(({ run }) => run)), look, output)));
    }
    const title = `Comparison of ${pages.length} runs`;
    output.writeAtomic(REPORT_FILE, isOne ? runPage(pages[0]!) : comparisonPage(pages, { title }));
    written.push(output.path(REPORT_FILE));
    const ofOne = isAll ? (text ?? textOfOne(paths[0]!, pages[0]!)) : null;
    return { text: isOne ? ofOne : servingComparisonText(pages), files: written };
  } finally {
    output.removeEmpty();
  }
}

/** Of a killed run what its records say; of one by another version its summary.txt as it is; null: another tool's, or there is none. */
function textOfOne(path: string, page: PageRun): string | null {
  if (page.measuredBy !== null) return null;
  if (page.summary === null) return killedText(page);
  const saved = join(path, SUMMARY_TEXT);
  return existsSync(saved) ? readFileSync(saved, "utf8") : null;
}

function readPage(path: string): PageRun {
  if (isResultFile(path)) return foreignPageRun(readForeignFile(path));
  const page = pageRun(path, (take) => feedRecords(path, take));
  if (page.run.collected.spans.length === 0)
    throw usageError(`${path} has no record of a request: there is nothing to show`);
  return page;
}
