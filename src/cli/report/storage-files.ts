import { usageError } from "../../core/errors.ts";
import { MOST_RUNS } from "../../report/figures/storage/bar-figure.ts";
import { storageFigureFiles } from "../../report/figures/storage/names.ts";
import type { StorageRun } from "../../report/figures/storage/run.ts";
import { figuresOfStorageRun, figuresOfStorageRuns } from "../../report/figures/storage/run-figures.ts";
import { savedStorageRun } from "../../report/figures/storage/saved-run.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import { storagePageRun } from "../../report/html/storage/page-run.ts";
import { storageComparisonPage, storageRunPage } from "../../report/html/storage/pages.ts";
import { storageComparisonText } from "../../report/storage-comparison-text.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import { openRunDirectory, type RunDirectory } from "../../results/run-directory.ts";
import type { Made } from "./made.ts";
import { withOwnNames } from "./own-names.ts";
import { rebuiltStorageText } from "./rebuilt-summary.ts";
import { sayCutOff } from "./record-files.ts";
import type { Wish } from "./wish.ts";

/**
 * Redraws the figures of one storage run, or sets several side by side, and makes their page; of one run its summary as text, too, where
 * all is wanted.
 * @param outdir where they go; only files of these names are replaced there
 * @returns with the text of one run's summary, or of how several compare
 */
export async function storageReport(
  directories: readonly string[],
  wish: Extract<Wish, { kind: "page" | "figures" }>,
  outdir: string,
): Promise<Made> {
  if (directories.length > MOST_RUNS)
    throw usageError(`${directories.length} runs: figures tell at most ${MOST_RUNS} apart`, "Name fewer.");
  const runs = withOwnNames(directories, directories.map(savedStorageRun));
  for (const path of runs.flatMap(({ rows }) => rows.cutOff)) sayCutOff(path);
  const pages = runs.map((run, i) => storagePageRun(directories[i]!, run));
  const isPage = wish.kind === "page";
  const summary =
    isPage && wish.isAll && pages.length === 1 ? rebuiltStorageText(directories[0]!, pages[0]!) : null;
  const names = [
    ...storageFigureFiles(wish.look?.format ?? "none"),
    ...(isPage ? [REPORT_FILE] : []),
    ...(summary === null ? [] : [SUMMARY_TEXT]),
  ];
  const output = openRunDirectory(outdir, { overwrite: true, names });
  try {
    const written = await drawn(runs, wish.look, output);
    if (summary !== null) {
      output.writeAtomic(SUMMARY_TEXT, summary);
      written.push(output.path(SUMMARY_TEXT));
    }
    if (isPage) {
      output.writeAtomic(
        REPORT_FILE,
        pages.length === 1 ? storageRunPage(pages[0]!) : storageComparisonPage(pages),
      );
      written.push(output.path(REPORT_FILE));
    }
    return { text: pages.length > 1 ? storageComparisonText(pages) : summary, files: written };
  } finally {
    output.removeEmpty();
  }
}

async function drawn(
  runs: readonly StorageRun[],
  look: Extract<Wish, { kind: "page" }>["look"],
  output: RunDirectory,
): Promise<string[]> {
  if (look === null) return [];
  // Only now: the library that draws takes longer to load than all the rest.
  const { writeFigures } = await import("../figures.ts");
  const [first, ...more] = runs;
  return writeFigures(
    more.length === 0 ? figuresOfStorageRun(first!) : figuresOfStorageRuns(runs),
    look,
    output,
  );
}
