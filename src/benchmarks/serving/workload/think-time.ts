import { assertNever } from "../../../core/errors.ts";
import type { Rng } from "../../../core/rng.ts";
import { parseDurationMs } from "../../../core/units.ts";
import { drawLognormal } from "./lognormal.ts";

/** How long a user thinks between the end of an answer and the next turn. */
export type ThinkTime =
  | { kind: "constant"; ms: number }
  | { kind: "exponential"; meanMs: number }
  | { kind: "uniform"; minMs: number; maxMs: number }
  /** Mean and sd of the times themselves, not of their logarithms. */
  | { kind: "lognormal"; meanMs: number; sdMs: number };

/** One think time, ms. */
export function drawThinkMs(think: ThinkTime, rng: Rng): number {
  switch (think.kind) {
    case "constant":
      return think.ms;
    case "exponential":
      return think.meanMs * rng.exponential();
    case "uniform":
      return think.minMs + (think.maxMs - think.minMs) * rng.uniform();
    case "lognormal":
      return drawLognormal(think.meanMs, think.sdMs, rng);
    default:
      return assertNever(think);
  }
}

/** How the durations of each kind are written. */
const PARTS = {
  exponential: { count: 1, separator: "," },
  uniform: { count: 2, separator: "-" },
  lognormal: { count: 2, separator: "," },
} as const;

/** `2s`, `exponential:2s`, `uniform:1s-5s`, `lognormal:2s,1s` (mean, sd). @returns undefined for what is no think time */
export function parseThinkTime(text: string): ThinkTime | undefined {
  const match = /^(exponential|uniform|lognormal):(.*)$/.exec(text);
  if (match === null) {
    const ms = parseDurationMs(text);
    return ms === null ? undefined : { kind: "constant", ms };
  }
  const kind = match[1] as Exclude<ThinkTime["kind"], "constant">;
  const parts = match[2]!.split(PARTS[kind].separator).map((part) => parseDurationMs(part));
  if (parts.length !== PARTS[kind].count || parts.includes(null)) return undefined;
  const [first, second] = parts as [number, number];
  switch (kind) {
    case "exponential":
      return first > 0 ? { kind, meanMs: first } : undefined;
    case "uniform":
      return first < second ? { kind, minMs: first, maxMs: second } : undefined;
    case "lognormal":
      return first > 0 && second > 0 ? { kind, meanMs: first, sdMs: second } : undefined;
    default:
      return assertNever(kind);
  }
}
