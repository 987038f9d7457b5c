import type { Bounded } from "./bounded.ts";

/** How far one figure is above another. */
export interface Difference extends Bounded {
  /** Whether its interval leaves 0 out; null where that is not known. */
  readonly isBeyondNoise: boolean | null;
}

/**
 * The difference of two independent figures, with an interval from theirs, of the same confidence: each side's distances add as the squares of
 * independent errors do. For normal estimates that is the usual interval, and it keeps the skewness of others.
 * Source: G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures" (2008); of proportions with Wilson's intervals
 * it is Newcombe's (1998).
 */
export function difference(from: Bounded, to: Bounded): Difference {
  const value = to.value - from.value;
  const away = (one: number | null, other: number | null) =>
    one === null || other === null ? null : Math.hypot(to.value - one, from.value - other);
  const [below, above] = [away(to.low, from.high), away(to.high, from.low)];
  const low = below === null ? null : value - below;
  const high = above === null ? null : value + above;
  const isAbove = low !== null && low > 0;
  const isBelow = high !== null && high < 0;
  const isKnown = (low !== null && high !== null) || isAbove || isBelow;
  return { value, low, high, isBeyondNoise: isKnown ? isAbove || isBelow : null };
}
