import { bound, measured, measuredOrMore } from "../numbers.ts";
import { SavedDistribution, type ShownDistribution } from "../saved-distribution.ts";
import { type Html, html } from "./html.ts";

/** As pages of all benchmarks show it. */
export { SavedDistribution as PageDistribution };

export function meanCell({ mean, meanIsLowerBound, meanLow, meanHigh }: ShownDistribution): Html {
  if (mean === null) return html`-`;
  return html`${measuredOrMore(mean, meanIsLowerBound)}${meanLow === null && meanHigh === null ? null : intervalSmall(measured(meanLow), measured(meanHigh))}`;
}

/** A quantile with its mark and its interval. */
export function quantileCell({ quantiles }: ShownDistribution, q: string): Html {
  const quantile = quantiles[q] ?? null;
  if (quantile === null || quantile.value === null) return html`-`;
  const { value, low, high, small, isLowerBound } = quantile;
  return html`${measuredOrMore(value, isLowerBound)}${small ? html`<abbr title="n is too small to trust this quantile">*</abbr>` : null}${low === null && high === null ? null : intervalSmall(bound(low), bound(high))}`;
}

export function maxCell({ max, maxIsLowerBound }: ShownDistribution): string {
  return max === null ? "-" : measuredOrMore(max, maxIsLowerBound);
}

/** An interval below its number. */
export function intervalSmall(low: string, high: string): Html {
  return html`<small>[${low} to ${high}]</small>`;
}
