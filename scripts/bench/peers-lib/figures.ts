import { quantile } from "../../../src/analysis/quantile.ts";
import type { Measured } from "./measure.ts";
import type { Quantiles } from "./tool.ts";

/** A tool's figures at one load: medians over the rounds. */
export interface Figures {
  readonly tool: string;
  readonly streams: number;
  readonly rounds: number;
  /** What the tool reports minus the truth, ms; null where it does not report it. */
  readonly ttftErrorMs: Quantiles;
  readonly itlErrorMs: Quantiles;
  readonly cpuPerEventUs: number;
  readonly cpuBeforeMs: number;
  readonly peakPssBytes: number;
  readonly firstRequestMs: number;
  readonly mockLatenessP99Ms: number;
}

/** Condenses the rounds of one tool at one load; at least one. */
export function figuresOf(rounds: readonly Measured[]): Figures {
  const { tool, streams } = rounds[0]!;
  const over = (value: (one: Measured) => number | null) => median(rounds.map(value))!;
  const error = (metric: "ttftMs" | "itlMs"): Quantiles => ({
    p50: median(rounds.map((one) => difference(one, metric, "p50"))),
    p99: median(rounds.map((one) => difference(one, metric, "p99"))),
  });
  return {
    tool,
    streams,
    rounds: rounds.length,
    ttftErrorMs: error("ttftMs"),
    itlErrorMs: error("itlMs"),
    cpuPerEventUs: over((one) => one.cpuPerEventUs),
    cpuBeforeMs: over((one) => one.cpuBeforeMs),
    peakPssBytes: over((one) => one.peakPssBytes),
    firstRequestMs: over((one) => one.firstRequestMs),
    mockLatenessP99Ms: over((one) => one.mockLatenessMs.p99),
  };
}

function difference(one: Measured, metric: "ttftMs" | "itlMs", quantile: "p50" | "p99"): number | null {
  const reported = one.reported[metric][quantile];
  return reported === null ? null : reported - one.truth[metric][quantile]!;
}

/** The median of the numbers; null where there are none. */
export function median(values: readonly (number | null)[]): number | null {
  return quantile(Float64Array.from(values.filter((value) => value !== null)).sort(), 0.5);
}
