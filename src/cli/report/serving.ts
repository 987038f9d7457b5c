import { figuresOf, type tools } from "../../benchmarks/serving/definitions.ts";
import { readRecords } from "../../benchmarks/serving/record-file.ts";
import { assertNever, usageError } from "../../core/errors.ts";
import { definitionsText } from "../../report/definitions-text.ts";
import { strictJson } from "../../results/strict-json.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { formatted } from "./formats.ts";
import { madeText } from "./made.ts";
import { isResultFile } from "./operand.ts";
import { recordFilesIn, sayCutOff } from "./record-files.ts";
import type { Wish } from "./wish.ts";

/** What `report` says of serving runs, and of other tools' results. @throws ToolError */
export async function reportServing(wish: Wish, paths: readonly string[]): Promise<string> {
  switch (wish.kind) {
    case "definitions":
      return asMeasuredBy(wish.tool, paths, wish.json);
    case "format":
      return formatted(wish.format, paths, wish.usdPerHour);
    case "figures": {
      const { reportFigures } = await import("./figures.ts");
      return madeText(
        await reportFigures(paths, wish.look, targetOf(wish.outdir, paths), wish.usdPerHour),
        wish,
      );
    }
    case "page": {
      const { reportPage } = await import("./page.ts");
      return madeText(await reportPage(paths, wish, targetOf(wish.outdir, paths)), wish);
    }
    default:
      return assertNever(wish);
  }
}

function targetOf(outdir: string | null, paths: readonly string[]): string {
  const isOneRun = paths.length === 1 && !isResultFile(paths[0]!);
  return outdir ?? (isOneRun ? paths[0]! : defaultOutdir("report"));
}

function asMeasuredBy(tool: (typeof tools)[number], directories: readonly string[], json: boolean): string {
  const [directory, ...more] = directories;
  if (more.length > 0 || isResultFile(directory!))
    throw usageError("--definitions takes one run directory", "It needs the records of the requests.");
  const records = recordFilesIn(directory!).flatMap((path) => {
    const file = readRecords(path);
    if (file.isCutOff) sayCutOff(path);
    return file.records;
  });
  records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  if (!json) return definitionsText(tool, records);
  return strictJson({ tool, unit: "ms", ...figuresOf(tool, records) });
}
