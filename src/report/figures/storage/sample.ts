import type { Distribution } from "../../../analysis/describe.ts";
import { LogHistogram } from "../../../analysis/log-histogram.ts";
import type { Measure, Sample } from "../serving/distribution.ts";

export const STEP: Measure = {
  file: "step_loading_distribution",
  name: "loading time",
  title: "Loading time per step",
  of: "counted steps",
};
export const MICROBATCH: Measure = {
  file: "microbatch_loading_distribution",
  name: "loading time",
  title: "Loading time per microbatch",
  of: "microbatches of counted steps",
};

const MARKED = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
] as const;

/** Times for a figure of their distribution. */
export function sampleOf(timesMs: Float64Array, described: Distribution | null): Sample {
  const histogram = new LogHistogram();
  // Two instants of one clock, each rounded: no time is below 0.
  for (const ms of timesMs) histogram.add(Math.max(0, ms));
  const quantiles =
    described === null ? [] : MARKED.map(([name, share]) => ({ name, share, ...described.quantiles[name] }));
  return { histogram, quantiles };
}
