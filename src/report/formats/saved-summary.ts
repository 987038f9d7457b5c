import { join } from "node:path";
import * as v from "valibot";
import { QUANTILES } from "../../analysis/describe.ts";
import { usageError } from "../../core/errors.ts";
import { parsePythonJson } from "../../results/python-json.ts";
import { readSaved } from "../saved-file.ts";

/* summary.json of a finished serving run, as far as it is printed in other formats. */

const number = v.optional(v.nullable(v.number(), null), null);
const count = v.number();

const Quantile = v.object({
  value: number,
  low: number,
  high: number,
  small: v.optional(v.boolean(), false),
});

/** A distribution as every benchmark's summary.json has it. */
export const Measured = v.object({
  n: count,
  mean: number,
  sd: number,
  min: number,
  max: number,
  quantiles: v.record(v.string(), v.nullable(Quantile)),
});

const Metric = v.object({ unit: v.string(), ...Measured.entries });

const Window = v.object({
  durationS: v.number(),
  requests: v.object({ total: count, succeeded: count, failed: count, censored: count }),
  requestThroughputPerS: number,
  outputThroughputPerS: number,
  goodput: v.nullable(
    v.object({
      fraction: v.number(),
      low: v.number(),
      high: v.number(),
      perS: v.number(),
      isMet: v.nullable(v.boolean()),
    }),
  ),
  cost: v.optional(v.nullable(v.object({ usdPerMOutputTokens: number })), null),
  metrics: v.record(v.string(), v.nullable(Metric)),
});

const Summary = v.object({
  benchmark: v.literal("serving"),
  run: v.object({
    version: v.string(),
    runName: v.string(),
    startedAt: v.string(),
    endpoint: v.string(),
    backend: v.string(),
    model: v.string(),
    seed: v.number(),
    interrupted: v.boolean(),
  }),
  validity: v.object({ verdict: v.picklist(["fit", "doubtful", "unfit"]), reasons: v.array(v.string()) }),
  gates: v.array(v.object({ gate: v.string(), passed: v.boolean(), value: number })),
  whole: v.nullable(Window),
  steady: v.nullable(Window),
  warnings: v.array(v.object({ message: v.string(), hint: v.string() })),
});

export type PrintedSummary = v.InferOutput<typeof Summary>;
export type PrintedWindow = v.InferOutput<typeof Window>;
export type PrintedMeasured = v.InferOutput<typeof Measured>;

export const quantileNames = Object.keys(QUANTILES);

/** The summary as it is in its file, and what of it is printed. */
export interface SummaryFile {
  content: unknown;
  summary: PrintedSummary;
}

/** @throws ToolError USAGE naming the file where there is none, or something else, and the line where it is no JSON */
export function readSummaryFile(directory: string): SummaryFile {
  const file = readSaved(join(directory, "summary.json"), parsePythonJson, Summary, "a serving run writes");
  if (file === null)
    throw usageError(
      `${directory} has no summary.json: no run came to its end there`,
      "--figures and --definitions show what a killed run's records say.",
    );
  return { content: file.content, summary: file.parsed };
}

/** Its windows that there are. */
export function windowsOf({
  whole,
  steady,
}: PrintedSummary): { name: "whole" | "steady"; window: PrintedWindow }[] {
  return [
    ...(whole === null ? [] : [{ name: "whole" as const, window: whole }]),
    ...(steady === null ? [] : [{ name: "steady" as const, window: steady }]),
  ];
}
