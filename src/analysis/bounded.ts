/** A figure with its 95 % interval; a bound that is not known is null. */
export interface Bounded {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Bounds of a product: relative distances to each side add as the squares of independent errors do. */
export function product(one: Bounded, other: Bounded): Bounded {
  const value = one.value * other.value;
  const away = (side: "low" | "high") => {
    const [bound, otherBound] = [one[side], other[side]];
    return bound === null || otherBound === null
      ? null
      : Math.hypot(bound / one.value - 1, otherBound / other.value - 1);
  };
  const [below, above] = [away("low"), away("high")];
  return {
    value,
    low: below === null ? null : value * Math.max(0, 1 - below),
    high: above === null ? null : value * (1 + above),
  };
}

/** So many times as much, the factor being known. */
export function times({ value, low, high }: Bounded, factor: number): Bounded {
  return {
    value: value * factor,
    low: low === null ? null : low * factor,
    high: high === null ? null : high * factor,
  };
}

/** An amount that is known over it. */
export function over(amount: number, { value, low, high }: Bounded): Bounded {
  return {
    value: amount / value,
    low: high === null ? null : amount / high,
    high: low === null || low === 0 ? null : amount / low,
  };
}
