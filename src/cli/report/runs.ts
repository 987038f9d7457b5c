import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { eachRecord } from "../../benchmarks/serving/record-file.ts";
import { figuresOfRuns, MOST_RUNS } from "../../report/figures/serving/comparison-figures.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { figuresOfRun } from "../../report/figures/serving/run-figures.ts";
import type { Figure } from "../../report/figures/spec.ts";
import type { ComparedRun } from "../../report/html/serving/page-run.ts";
import { windowsAtPrice } from "../../report/window-price.ts";
import { notes } from "../ui/notes.ts";
import { recordFilesIn, sayCutOff } from "./record-files.ts";

/** The figures of one run, or of several together. */
export function figuresOf(runs: readonly ServingRun[]): Iterable<Figure> {
  if (runs.length === 1) return figuresOfRun(runs[0]!);
  if (runs.length > MOST_RUNS)
    notes.info(
      `more than ${MOST_RUNS} runs cannot be told apart as lines: only the curves over load are drawn`,
    );
  return figuresOfRuns(runs);
}

/** Hands over every record of a run's directory; says where one was cut off. @throws ToolError USAGE */
export function feedRecords(directory: string, take: (record: RequestRecord) => void): void {
  for (const path of recordFilesIn(directory)) if (eachRecord(path, take)) sayCutOff(path);
}

/** With its cost at this price in place of one that it had; null: as it is. */
export function atPrice(run: ServingRun, usdPerHour: number | null): ServingRun {
  if (usdPerHour === null || run.summary === null) return run;
  return { ...run, summary: windowsAtPrice(run.summary, usdPerHour) };
}

/** The same of a run that is compared, killed or another tool's as it may be. */
export function comparedAtPrice<Run extends ComparedRun>(compared: Run, usdPerHour: number | null): Run {
  if (usdPerHour === null) return compared;
  return { ...windowsAtPrice(compared, usdPerHour), run: atPrice(compared.run, usdPerHour) };
}
