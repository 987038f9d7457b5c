import * as v from "valibot";
import { QUANTILES } from "../analysis/describe.ts";
import { flag, maybe, number } from "./saved-file.ts";

const Quantile = v.object({ value: number, low: number, high: number, small: flag, isLowerBound: flag });

/** A distribution as every benchmark's summary.json has it, and as `describe` makes it. What an older version did not write is null. */
export const SavedDistribution = v.object({
  n: v.number(),
  censored: v.optional(v.number(), 0),
  mean: number,
  meanIsLowerBound: flag,
  meanLow: number,
  meanHigh: number,
  sd: number,
  min: number,
  max: number,
  maxIsLowerBound: flag,
  quantiles: v.record(v.string(), maybe(Quantile)),
});

export type SavedDistribution = v.InferOutput<typeof SavedDistribution>;

/** What is shown of one; how many values it is over may not be known of another tool's. */
export type ShownDistribution = Omit<SavedDistribution, "n"> & { n: number | null };

export const quantileNames = Object.keys(QUANTILES);
