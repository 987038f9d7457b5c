import { assertNever, usageError } from "../../core/errors.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { Source } from "../flags/resolve.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { formattedStorage } from "./storage-formats.ts";
import type { ReportValues, Wish } from "./wish.ts";

/** What `report` says of storage runs. @throws ToolError */
export async function reportStorage(wish: Wish, directories: readonly string[]): Promise<string> {
  switch (wish.kind) {
    case "definitions":
      throw usageError("--definitions is for serving runs: no other tool measures storage so");
    case "format":
      return formattedStorage(wish.format, directories);
    case "figures": {
      const { storageReportFigures } = await import("./storage-figures.ts");
      const target = wish.outdir ?? (directories.length === 1 ? directories[0]! : defaultOutdir("report"));
      const files = await storageReportFigures(directories, wish.look, target);
      return wish.json ? strictJson({ files }) : files.join("\n");
    }
    default:
      return assertNever(wish);
  }
}

/** Storage runs are drawn where nothing else is asked for; what the environment says of figures is about those after a run. */
export function drawnUnlessSaid(values: ReportValues, sources: ReadonlyMap<string, Source>): ReportValues {
  const isSaid =
    values.format !== undefined ||
    values.definitions !== undefined ||
    (values.figures !== undefined && (values.figures !== "none" || sources.get("figures") !== "env"));
  return isSaid ? values : { ...values, figures: "png" };
}
