import { quantile } from "./quantile.ts";
import { sum } from "./sum.ts";

export interface CensoredFigure {
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
  quantile(q: number): CensoredFigure | null;
  /** null for an empty sample */
  mean(): CensoredFigure | null;
}

/**
 * The product-limit estimate: each value takes its share of those still under way at its time, so that a censored one hands its weight
 * to all that came after it. A value of weight w stands for w copies of itself, and quantiles interpolate between copies (type 7), which
 * without censored ones is the plain quantile. Holds where the end of the run, not the latency, decided who was cut off.
 * Where weight is left beyond the largest value, what depends on it is a lower bound: no less than that value, nor than what the sample
 * gives if each unfinished one had ended when it was cut off.
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
  const lasted = Float64Array.from([...values, ...cutOff]).sort();
  /** No less than the largest value, beyond which the estimate says that there is more. */
  const boundOf = (q: number) => ({
    value: Math.max(values.at(-1) ?? Number.NEGATIVE_INFINITY, quantile(lasted, q)!),
    isLowerBound: true,
  });
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
      if (i === copies.length) return boundOf(q);
      const beyond = position - (copies[i]! - 1);
      const value = values[i]!;
      if (beyond <= 0) return { value, isLowerBound: false };
      // Beyond the last one there are copies only where someone was cut off later.
      if (i + 1 === values.length) return boundOf(q);
      return { value: value * (1 - beyond) + values[i + 1]! * beyond, isLowerBound: false };
    },
    mean() {
      if (n === 0) return null;
      const least = sum(lasted) / n;
      const last = values.at(-1);
      if (last === undefined) return { value: least, isLowerBound: true };
      const weighed = sum(values.map((value, i) => value * (copies[i]! - (copies[i - 1] ?? 0)))) / n;
      const left = 1 - copies.at(-1)! / n;
      if (left <= 0) return { value: weighed, isLowerBound: false };
      // Whatever is left lasts longer than the last.
      return { value: Math.max(least, weighed + left * last), isLowerBound: true };
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
