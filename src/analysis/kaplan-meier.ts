import { quantile } from "./quantile.ts";

export interface CensoredQuantile {
  /** In the sample's unit. */
  value: number;
  /** The truth is at least `value`: too many were unfinished to say more. */
  isLowerBound: boolean;
}

/** Quantiles of a sample in which some values are known only to be larger than when they were last seen. */
export interface KaplanMeier {
  n: number;
  censored: number;
  /** @param q in [0, 1]; null for an empty sample */
  quantile(q: number): CensoredQuantile | null;
}

/**
 * The product-limit estimate: each value takes its share of those still under way at its time, so that a censored one hands its weight
 * to all that came after it. A value of weight w stands for w copies of itself, and quantiles interpolate between copies (type 7), which
 * without censored ones is the plain quantile. Holds where the end of the run, not the latency, decided who was cut off.
 * Source: Kaplan & Meier, "Nonparametric Estimation from Incomplete Observations" (1958); weights: Efron, "The Two Sample Problem with
 * Censored Data" (1967).
 * @param observed finite, in any order
 * @param censored how long the unfinished had lasted when the run ended; at equal times they count as longer than observed ones
 * @throws RangeError on a value that is not finite
 */
export function kaplanMeier(
  observed: Float64Array | readonly number[],
  censored: Float64Array | readonly number[],
): KaplanMeier {
  const values = Float64Array.from(observed).sort();
  const cutOff = Float64Array.from(censored).sort();
  if (!values.every(Number.isFinite) || !cutOff.every(Number.isFinite)) {
    throw new RangeError("a sample holds a value that is not finite");
  }
  const n = values.length + cutOff.length;
  const copies = copiesUpTo(values, cutOff);
  const largest = Math.max(
    values.at(-1) ?? Number.NEGATIVE_INFINITY,
    cutOff.at(-1) ?? Number.NEGATIVE_INFINITY,
  );
  return {
    n,
    censored: cutOff.length,
    quantile(q) {
      if (cutOff.length === 0) {
        const value = quantile(values, q);
        return value === null ? null : { value, isLowerBound: false };
      }
      if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies in [0, 1], not at ${q}`);
      const position = (n - 1) * q;
      let i = 0;
      while (i < copies.length && copies[i]! <= position) i++;
      if (i === copies.length) return { value: largest, isLowerBound: true };
      const beyond = position - (copies[i]! - 1);
      const value = values[i]!;
      if (beyond <= 0) return { value, isLowerBound: false };
      // Beyond the last one there are copies only where someone was cut off later.
      const isLast = i + 1 === values.length;
      const next = isLast ? largest : values[i + 1]!;
      return { value: value * (1 - beyond) + next * beyond, isLowerBound: isLast };
    },
  };
}

/** How many copies, of n in all, the values up to and with each one stand for. */
function copiesUpTo(values: Float64Array, cutOff: Float64Array): Float64Array {
  const n = values.length + cutOff.length;
  let survival = 1;
  let lost = 0;
  return values.map((value, i) => {
    while (lost < cutOff.length && cutOff[lost]! < value) lost++;
    survival *= 1 - 1 / (n - i - lost);
    return n * (1 - survival);
  });
}
