import { assertNever } from "../../../core/errors.ts";
import { parseDecimal, parseDurationMs } from "../../../core/units.ts";

/** A rate that goes from one value to another, by equal steps or by equal factors, and then stays. */
export interface Ramp {
  kind: "ramp";
  shape: "linear" | "exponential";
  /** Requests per second. Exponential: both above 0. Linear: one of them may be 0. */
  fromPerS: number;
  toPerS: number;
  overMs: number;
}

/**
 * How many requests are expected in the first `ms` milliseconds: the rate's integral.
 * @returns infinite for an infinite time, unless the ramp ends at rate 0
 */
export function expectedBy(ramp: Ramp, ms: number): number {
  const onRamp = expectedOnRamp(ramp, Math.min(ms, ramp.overMs) / 1000);
  return ms <= ramp.overMs || ramp.toPerS === 0 ? onRamp : onRamp + (ramp.toPerS * (ms - ramp.overMs)) / 1000;
}

/**
 * When so many requests are expected to have come, the inverse of `expectedBy`. It turns the instants of a Poisson process
 * of rate 1 into those of one with the ramp's rate, exactly and without drawing any in vain (inversion; Çinlar,
 * "Introduction to Stochastic Processes", 1975, chapter 4).
 * @returns ms; Infinity for more than ever come
 */
export function whenExpected(ramp: Ramp, requests: number): number {
  if (requests <= 0) return 0;
  const overS = ramp.overMs / 1000;
  const more = requests - expectedOnRamp(ramp, overS);
  if (more <= 0) return 1000 * secondsOnRamp(ramp, requests);
  return 1000 * (overS + more / ramp.toPerS);
}

/** @param t seconds, on the ramp */
function expectedOnRamp(ramp: Ramp, t: number): number {
  const { shape, fromPerS, toPerS } = ramp;
  const overS = ramp.overMs / 1000;
  switch (shape) {
    case "linear":
      return t * (fromPerS + ((toPerS - fromPerS) * t) / (2 * overS));
    case "exponential": {
      const k = Math.log(toPerS / fromPerS) / overS;
      return k === 0 ? fromPerS * t : (fromPerS * Math.expm1(k * t)) / k;
    }
    default:
      return assertNever(shape);
  }
}

/** @returns seconds */
function secondsOnRamp(ramp: Ramp, requests: number): number {
  const { shape, fromPerS, toPerS } = ramp;
  const overS = ramp.overMs / 1000;
  switch (shape) {
    case "linear": {
      // The root of the quadratic that has no difference of near numbers; rounding may leave the inside under 0 at the end.
      const inside = fromPerS ** 2 + (2 * (toPerS - fromPerS) * requests) / overS;
      return (2 * requests) / (fromPerS + Math.sqrt(Math.max(0, inside)));
    }
    case "exponential": {
      const k = Math.log(toPerS / fromPerS) / overS;
      return k === 0 ? requests / fromPerS : Math.log1p((k * requests) / fromPerS) / k;
    }
    default:
      return assertNever(shape);
  }
}

/** `linear:10-100/60s`, `exponential:1-64/5m`: rates in requests per second. @returns undefined for what is no ramp */
export function parseRamp(text: string): Ramp | undefined {
  const match = /^(linear|exponential):([^-/]+)-([^-/]+)\/(.+)$/.exec(text);
  if (match === null) return undefined;
  const shape = match[1] as Ramp["shape"];
  const [fromPerS, toPerS] = [parseDecimal(match[2]!), parseDecimal(match[3]!)];
  const overMs = parseDurationMs(match[4]!);
  if (fromPerS === null || toPerS === null || overMs === null || overMs === 0) return undefined;
  const lowest = shape === "linear" ? Math.max(fromPerS, toPerS) : Math.min(fromPerS, toPerS);
  return lowest > 0 ? { kind: "ramp", shape, fromPerS, toPerS, overMs } : undefined;
}
