import { assertNever } from "../../core/errors.ts";
import type { Rng } from "../../core/rng.ts";
import { parseDecimal } from "../../core/units.ts";

/** How a positive quantity is spread; the unit is the caller's. Values below 0 do not occur: they are cut to 0. */
export type Distribution =
  | { kind: "fixed"; value: number }
  | { kind: "uniform"; min: number; max: number }
  | { kind: "normal"; mean: number; sd: number }
  | { kind: "lognormal"; mean: number; sd: number }
  | { kind: "exponential"; mean: number };

/** `10`, `uniform:5,15`, `normal:10,2`, `lognormal:10,2` (mean and sd of the quantity itself), `exponential:10`; else null. */
export function parseDistribution(text: string): Distribution | null {
  const [, kind = "fixed", list = ""] = /^(?:(uniform|normal|lognormal|exponential):)?(.*)$/.exec(text) ?? [];
  const numbers = list.split(",").map((part) => parseDecimal(part.trim()));
  const [a = null, b = null] = numbers;
  if (a === null || numbers.length !== (kind === "fixed" || kind === "exponential" ? 1 : 2)) return null;
  if (kind === "fixed") return { kind, value: a };
  if (kind === "exponential") return { kind, mean: a };
  if (b === null) return null;
  if (kind === "uniform") return b >= a ? { kind, min: a, max: b } : null;
  if (kind === "lognormal") return a > 0 ? { kind, mean: a, sd: b } : null;
  return kind === "normal" ? { kind, mean: a, sd: b } : null;
}

/** The distribution as `parseDistribution` reads it. */
export function distributionText(of: Distribution): string {
  switch (of.kind) {
    case "fixed":
      return String(of.value);
    case "uniform":
      return `uniform:${of.min},${of.max}`;
    case "normal":
    case "lognormal":
      return `${of.kind}:${of.mean},${of.sd}`;
    case "exponential":
      return `exponential:${of.mean}`;
    default:
      return assertNever(of);
  }
}

/** The distribution's own mean, before values below 0 are cut. */
export function meanOf(of: Distribution): number {
  if (of.kind === "fixed") return of.value;
  return of.kind === "uniform" ? (of.min + of.max) / 2 : of.mean;
}

/** One value, at least 0. */
export function drawFrom(of: Distribution, rng: Rng): number {
  switch (of.kind) {
    case "fixed":
      return of.value;
    case "uniform":
      return of.min + (of.max - of.min) * rng.uniform();
    case "normal":
      return Math.max(0, of.mean + of.sd * rng.normal());
    case "lognormal": {
      // Of the logarithm, from the quantity's own mean m and sd s: variance ln(1 + s²/m²), mean ln m - variance/2.
      const variance = Math.log1p((of.sd / of.mean) ** 2);
      return Math.exp(Math.log(of.mean) - variance / 2 + Math.sqrt(variance) * rng.normal());
    }
    case "exponential":
      return of.mean * rng.exponential();
    default:
      return assertNever(of);
  }
}
