/** The unit for an axis of times whose largest is this, and its length in ms. */
export function durationUnit(mostMs: number): { unit: string; ms: number } {
  if (mostMs >= 10_000) return { unit: "s", ms: 1000 };
  return mostMs > 0 && mostMs < 0.5 ? { unit: "µs", ms: 0.001 } : { unit: "ms", ms: 1 };
}
