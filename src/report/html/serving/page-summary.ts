import { join } from "node:path";
import * as v from "valibot";
import { parsePythonJson } from "../../../results/python-json.ts";
import { maybe, number, readSaved } from "../../saved-file.ts";
import { PageDistribution } from "../metric-cells.ts";

/* What a page takes from summary.json. What an older version did not write is null. */

const text = v.optional(v.string(), "");
const flag = v.optional(v.boolean(), false);
const counts = v.optional(v.record(v.string(), v.number()), {});

const Metric = v.object({ unit: text, ...PageDistribution.entries });

const Goodput = v.object({
  good: number,
  total: number,
  fraction: v.number(),
  low: v.number(),
  high: v.number(),
  perS: number,
  missed: counts,
  isMet: maybe(v.boolean()),
});

const Stalls = v.object({
  thresholdMs: v.number(),
  stalls: v.number(),
  answers: v.number(),
  withStall: v.number(),
  share: v.number(),
  low: v.number(),
  high: v.number(),
});

const Steadiness = v.object({ verdict: v.string(), drift: number, pValue: v.number() });

const Window = v.object({
  startUnixMs: number,
  durationS: v.number(),
  warmupCut: maybe(v.string()),
  requests: v.object({
    total: v.number(),
    succeeded: v.number(),
    failed: v.number(),
    censored: v.optional(v.number(), 0),
    byClass: counts,
  }),
  requestThroughputPerS: number,
  outputThroughputPerS: number,
  outputTokensReceived: number,
  goodput: maybe(Goodput),
  stalls: maybe(Stalls),
  steadiness: maybe(v.object({ ttft: maybe(Steadiness), inFlight: maybe(Steadiness) })),
  metrics: v.record(v.string(), maybe(Metric)),
});

const Summary = v.object({
  benchmark: v.literal("serving"),
  run: v.object({ version: text, interrupted: flag, seed: v.optional(v.number(), 0) }),
  validity: v.object({ verdict: v.string(), reasons: v.array(v.string()) }),
  slos: maybe(
    v.object({ slos: v.array(v.object({ name: v.string(), limitMs: v.number() })), share: number }),
  ),
  gates: v.optional(
    v.array(
      v.object({
        gate: v.string(),
        passed: v.boolean(),
        value: number,
        isLowerBound: flag,
        isKnown: v.optional(v.boolean(), true),
      }),
    ),
    [],
  ),
  until: v.optional(
    v.array(v.object({ condition: v.string(), reached: v.boolean(), value: number, unit: text })),
    [],
  ),
  load: v.object({
    askedRatePerS: number,
    plannedRatePerS: number,
    achievedRatePerS: number,
    concurrency: number,
    peakInFlight: number,
  }),
  whole: maybe(Window),
  steady: maybe(Window),
  warnings: v.optional(v.array(v.object({ message: v.string(), hint: text })), []),
});

export type PageSummary = v.InferOutput<typeof Summary>;
export type PageWindow = v.InferOutput<typeof Window>;
export type PageMetric = v.InferOutput<typeof Metric>;

/** summary.json as a page needs it, and all that it holds. */
export interface SummaryContent {
  summary: PageSummary;
  content: unknown;
}

/** @returns null where the run left none (it was killed) @throws ToolError USAGE where the file holds something else */
export function readPageSummary(directory: string): SummaryContent | null {
  const saved = readSaved(join(directory, "summary.json"), parsePythonJson, Summary, "a serving run writes");
  return saved === null ? null : { summary: saved.parsed, content: saved.content };
}
