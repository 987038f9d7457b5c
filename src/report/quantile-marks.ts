import { measuredOrMore } from "./numbers.ts";
import type { ShownDistribution } from "./saved-distribution.ts";

/** A quantile as text marks it: `≥` a lower bound, `*` of too few; `-` for what was not measured. */
export function quantileText({ quantiles }: ShownDistribution, name: string): string {
  const { value = null, small = false, isLowerBound = false } = quantiles[name] ?? {};
  return value === null ? "-" : `${measuredOrMore(value, isLowerBound)}${small && !isLowerBound ? "*" : ""}`;
}

/** What the marks of some distributions mean, a line each. */
export function markNotes(shown: readonly ShownDistribution[]): string[] {
  const quantiles = shown.flatMap((one) =>
    Object.values(one.quantiles).filter((quantile) => quantile !== null),
  );
  const isBound = ({ isLowerBound }: { isLowerBound: boolean }) => isLowerBound;
  return [
    ...(quantiles.some(isBound) || shown.some(({ meanIsLowerBound }) => meanIsLowerBound)
      ? ["≥: a lower bound, requests were unfinished when the run ended."]
      : []),
    ...(quantiles.some(({ small, isLowerBound }) => small && !isLowerBound)
      ? ["*: n is too small to trust this quantile."]
      : []),
  ];
}
