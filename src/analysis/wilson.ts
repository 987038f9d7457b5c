import { Z95 } from "./normal.ts";

/**
 * Wilson's 95 % score interval of a proportion; unlike p ± z·se it stays inside [0, 1] and is honest at 0 and at all.
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
 * @returns fractions; value, low and high are null for n = 0
 */
export function wilson(
  successes: number,
  n: number,
): { value: number; low: number; high: number } | { value: null; low: null; high: null } {
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`${successes} of ${n} is no proportion`);
  if (n === 0) return { value: null, low: null, high: null };
  const value = successes / n;
  const square = Z95 * Z95;
  const scale = 1 / (1 + square / n);
  const centre = (value + square / (2 * n)) * scale;
  const half = Z95 * Math.sqrt((value * (1 - value)) / n + square / (4 * n * n)) * scale;
  // Rounding must not keep the bounds off 0 and 1, where they are exact.
  const low = successes === 0 ? 0 : Math.max(0, centre - half);
  const high = successes === n ? 1 : Math.min(1, centre + half);
  return { value, low, high };
}
