import { figuresOf, type tools } from "../../benchmarks/serving/definitions.ts";
import { readRecords } from "../../benchmarks/serving/record-file.ts";
import { assertNever, usageError } from "../../core/errors.ts";
import { definitionsText } from "../../report/definitions-text.ts";
import { strictJson } from "../../results/strict-json.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { formatted } from "./formats.ts";
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
      const isOneRun = paths.length === 1 && !isResultFile(paths[0]!);
      const target = wish.outdir ?? (isOneRun ? paths[0]! : defaultOutdir("report"));
      const files = await reportFigures(paths, wish.look, target, wish.usdPerHour);
      return wish.json ? strictJson({ files }) : files.join("\n");
    }
    default:
      return assertNever(wish);
  }
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
