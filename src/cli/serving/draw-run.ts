import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { RunCollector } from "../../report/figures/serving/collect.ts";
import { figuresOfRun } from "../../report/figures/serving/run-figures.ts";
import { savedRun } from "../../report/figures/serving/saved-run.ts";
import type { Figure } from "../../report/figures/spec.ts";

/** The figures of a run whose other files are written. */
export function servingFigures(records: readonly RequestRecord[], directory: string): Iterable<Figure> {
  const collector = new RunCollector();
  for (const record of records) collector.add(record);
  return figuresOfRun(savedRun(directory, collector.finish()));
}
