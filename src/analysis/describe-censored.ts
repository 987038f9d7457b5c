import {
  type Distribution,
  describe,
  QUANTILES,
  type QuantileEstimate,
  type QuantileName,
} from "./describe.ts";
import { type CensoredFigure, kaplanMeier } from "./kaplan-meier.ts";
import { steadiness } from "./steadiness.ts";

/**
 * Summarizes a sample in which some values are known only to be larger than when they were last seen.
 *
 * - Mean and quantiles by Kaplan-Meier, or lower bounds, marked as such (kaplan-meier.ts). Kaplan-Meier takes those that were cut off for
 *   no different from the others. Under overload they are: who came later waits longer and had less time. So where the observed
 *   values rise or fall over time (steadiness.ts), or are too few to tell, whatever the unfinished could change is a lower bound.
 * - Intervals that hold whatever the unfinished would have taken: the low bound of the sample as if each had ended when it was cut off,
 *   the high bound of the sample as if it had never ended, where that is a value (null where it is not). An order statistic never falls
 *   as a value of its sample rises, so these cover the truth at least as often as those of the complete sample would.
 *   Source: Manski, Partial Identification of Probability Distributions (2003), section 1.2, for quantiles of what is partly unseen.
 * - sd null, and the mean without a high bound.
 *
 * Without unfinished ones it is `describe`.
 * @param values in time order; finite
 * @param isCensored 1 for each value that the truth exceeds
 * @returns null for an empty sample
 */
export function describeCensored(values: Float64Array, isCensored: Uint8Array): Distribution | null {
  const [observed, cutOff] = [0, 1].map((flag) => values.filter((_, i) => isCensored[i] === flag)) as [
    Float64Array,
    Float64Array,
  ];
  const atLeast = describe(values);
  if (atLeast === null || cutOff.length === 0) return atLeast;
  const largest = atLeast.max;
  const beyond = largest + Math.abs(largest) + 1;
  const atMost = describe(values.map((value, i) => (isCensored[i] === 1 ? beyond : value)))!;
  const { mean, min, quantile } =
    steadiness(observed)?.verdict === "steady" ? estimated(observed, cutOff) : bounded(atLeast, atMost);
  const quantiles = {} as Record<QuantileName, QuantileEstimate>;
  for (const name of Object.keys(QUANTILES) as QuantileName[]) {
    const { value, isLowerBound } = quantile(name);
    const { low, small } = atLeast.quantiles[name];
    const { high } = atMost.quantiles[name];
    const isOpen = isLowerBound || high === null || high > largest;
    quantiles[name] = {
      value,
      isLowerBound,
      low: low === null ? null : Math.min(low, value),
      high: isOpen ? null : Math.max(high, value),
      small,
    };
  }
  return {
    ...atLeast,
    censored: cutOff.length,
    mean: mean.value,
    meanIsLowerBound: mean.isLowerBound,
    meanHigh: null,
    sd: null,
    min,
    maxIsLowerBound: cutOff.includes(largest),
    quantiles,
  };
}

interface Figures {
  mean: CensoredFigure;
  min: number;
  quantile(name: QuantileName): CensoredFigure;
}

function estimated(observed: Float64Array, cutOff: Float64Array): Figures {
  const estimate = kaplanMeier(observed, cutOff);
  return {
    mean: estimate.mean()!,
    min: estimate.quantile(0)!.value,
    quantile: (name) => estimate.quantile(QUANTILES[name])!,
  };
}

function bounded(atLeast: Distribution, atMost: Distribution): Figures {
  return {
    mean: { value: atLeast.mean, isLowerBound: true },
    min: atLeast.min,
    quantile(name) {
      const { value } = atLeast.quantiles[name];
      return { value, isLowerBound: value !== atMost.quantiles[name].value };
    },
  };
}
