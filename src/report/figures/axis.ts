import type { Axis } from "./spec.ts";
import { plain } from "./ticks.ts";

/** A larger ratio of the largest to the least value gets a logarithmic axis. */
const LOG_RATIO = 15;

export function isLogarithmic([min, max]: readonly [number, number]): boolean {
  return max > LOG_RATIO * min && min > 0;
}

/** From 0 to the largest of these, at least to `least`. */
export function fromZero(values: readonly number[], least = 0): Axis {
  return { scale: "linear", domain: [0, largest(values, least) || 1], format: plain };
}

/** Part of a curve's range that is left free behind its last point. */
const HEADROOM = 0.06;

/** From 0 to a little beyond the largest: its point does not stand on the edge. */
export function fromZeroWithRoom(values: readonly number[]): Axis {
  return fromZero(values.map((value) => value * (1 + HEADROOM)));
}

/** Room around the values of a logarithmic axis. */
const LOG_MARGIN = 1.2;

/** From 0 on, or logarithmic where the values are far apart. */
export function suited(values: readonly number[]): Axis {
  const positive = values.filter((value) => value > 0);
  const domain = [
    positive.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    largest(positive),
  ] as const;
  return positive.length > 0 && isLogarithmic(domain)
    ? { scale: "log", domain: [domain[0] / LOG_MARGIN, domain[1] * LOG_MARGIN], tight: true, format: plain }
    : fromZero(values);
}

function largest(values: readonly number[], least = 0): number {
  return values.reduce((a, b) => Math.max(a, b), least);
}
