import type { QuantileName } from "../../analysis/describe.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";

/* A result that another tool measured, as it says it: what the file does not hold is null, and nothing is estimated. */

export interface ForeignMetric {
  /** The tool's own name: `TTFT`. */
  name: string;
  /** As METRICS names what comes nearest to it; null: nothing does. */
  nearest: "ttft" | "tpot" | "icl" | "e2el" | "ntpot" | null;
  /** The tool's formula. */
  definition: string;
  unit: "ms" | "tokens";
  /** null: the file does not say, nor does the formula. */
  n: number | null;
  mean: number | null;
  sd: number | null;
  min: number | null;
  max: number | null;
  quantiles: Partial<Record<QuantileName, number | null>>;
}

export interface ForeignResult {
  /** `vllm bench serve` */
  measuredBy: string;
  /** The file, as it was given. */
  path: string;
  /** The file's name without its ending. */
  name: string;
  /** As the file has it, or ISO 8601 where it names an instant; null where it says nothing. */
  startedAt: string | null;
  backend: string | null;
  model: string | null;
  load: {
    /** null: all at once, or as fast as `concurrency` lets it. */
    askedRatePerS: number | null;
    /** Sends per second; null where the file does not say. */
    achievedRatePerS: number | null;
    concurrency: number | null;
  };
  durationS: number;
  requests: { total: number; succeeded: number; failed: number };
  requestThroughputPerS: number | null;
  outputThroughputPerS: number | null;
  /** Good requests per second; null without limits. */
  goodPerS: number | null;
  /** By the price that the reader gives; null without. */
  cost: { usdPerMOutputTokens: number | null } | null;
  metrics: readonly ForeignMetric[];
  /** Where its terms differ from ours, and what is known to be wrong in the file; sentences. */
  notes: readonly string[];
  /** Each request; null where the file has totals alone. `intendedAt` is NaN where it does not say when they were sent. */
  records: readonly RequestRecord[] | null;
}

/** What every file of others lacks. */
export const NO_INTERVALS = "The file has no intervals, no steady window and no check of its client.";
