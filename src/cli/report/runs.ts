import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { eachRecord } from "../../benchmarks/serving/record-file.ts";
import { figuresOfRuns, MOST_RUNS } from "../../report/figures/serving/comparison-figures.ts";
import type { ServingRun } from "../../report/figures/serving/run.ts";
import { figuresOfRun } from "../../report/figures/serving/run-figures.ts";
import type { Figure } from "../../report/figures/spec.ts";
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

/** Runs of one name are told apart by their directories. */
export function withOwnNames(directories: readonly string[], runs: readonly ServingRun[]): ServingRun[] {
  return runs.map((run, i) => {
    const isOnly = runs.filter(({ name }) => name === run.name).length === 1;
    return isOnly ? run : { ...run, name: directories[i]! };
  });
}
