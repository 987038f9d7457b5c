import * as v from "valibot";
import { bound, measured, measuredOrMore } from "../numbers.ts";
import { maybe, number } from "../saved-file.ts";
import { type Html, html } from "./html.ts";

const flag = v.optional(v.boolean(), false);

const Quantile = v.object({ value: number, low: number, high: number, small: flag, isLowerBound: flag });

/** A distribution as every benchmark's summary.json has it, and as `describe` makes it. What an older version did not write is null. */
export const PageDistribution = v.object({
  n: v.number(),
  censored: v.optional(v.number(), 0),
  mean: number,
  meanIsLowerBound: flag,
  meanLow: number,
  meanHigh: number,
  min: number,
  max: number,
  maxIsLowerBound: flag,
  quantiles: v.record(v.string(), maybe(Quantile)),
});

export type PageDistribution = v.InferOutput<typeof PageDistribution>;

export function meanCell({ mean, meanIsLowerBound, meanLow, meanHigh }: PageDistribution): Html {
  if (mean === null) return html`-`;
  return html`${measuredOrMore(mean, meanIsLowerBound)}${meanLow === null && meanHigh === null ? null : intervalSmall(measured(meanLow), measured(meanHigh))}`;
}

/** A quantile with its mark and its interval. */
export function quantileCell({ quantiles }: PageDistribution, q: string): Html {
  const quantile = quantiles[q] ?? null;
  if (quantile === null || quantile.value === null) return html`-`;
  const { value, low, high, small, isLowerBound } = quantile;
  return html`${measuredOrMore(value, isLowerBound)}${small ? html`<abbr title="n is too small to trust this quantile">*</abbr>` : null}${low === null && high === null ? null : intervalSmall(bound(low), bound(high))}`;
}

export function maxCell({ max, maxIsLowerBound }: PageDistribution): string {
  return max === null ? "-" : measuredOrMore(max, maxIsLowerBound);
}

/** An interval below its number. */
export function intervalSmall(low: string, high: string): Html {
  return html`<small>[${low} to ${high}]</small>`;
}
