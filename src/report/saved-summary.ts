import { join } from "node:path";
import * as v from "valibot";
import { parsePythonJson } from "../results/python-json.ts";
import { SavedDistribution } from "./saved-distribution.ts";
import { flag, maybe, number, readSaved } from "./saved-file.ts";
import { SavedGate } from "./saved-gate.ts";

/* summary.json of a serving run, as far as reports take something from it. What an older version did not write is null. */

const text = v.optional(v.string(), "");
const counts = v.optional(v.record(v.string(), v.number()), {});

/** `n` is not known of some results of other tools. */
const Metric = v.object({ unit: text, ...SavedDistribution.entries, n: number });

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

const Requests = v.object({
  total: v.number(),
  succeeded: v.number(),
  failed: v.number(),
  censored: v.optional(v.number(), 0),
  byClass: counts,
});

const Window = v.object({
  startUnixMs: number,
  durationS: v.number(),
  warmupCut: maybe(v.string()),
  requests: Requests,
  requestThroughputPerS: number,
  outputThroughputPerS: number,
  outputTokensReceived: number,
  goodput: maybe(Goodput),
  stalls: maybe(Stalls),
  steadiness: maybe(v.object({ ttft: maybe(Steadiness), inFlight: maybe(Steadiness) })),
  cost: maybe(v.object({ usdPerMOutputTokens: number })),
  metrics: v.record(v.string(), maybe(Metric)),
});

/** One of several models, over the whole run. */
const Model = v.object({
  model: v.string(),
  askedShare: number,
  sentShare: maybe(v.object({ value: number, low: number, high: number })),
  requests: Requests,
  requestThroughputPerS: number,
  outputThroughputPerS: number,
  goodput: maybe(Goodput),
  metrics: v.record(v.string(), maybe(Metric)),
});

const Until = v.object({ condition: v.string(), reached: v.boolean(), value: number, unit: text });

/** All of it: for tests, too, which leave out what they do not look at. */
export const Summary = v.object({
  benchmark: v.literal("serving"),
  run: v.object({
    version: text,
    runName: text,
    startedAt: text,
    endpoint: text,
    backend: text,
    model: text,
    seed: number,
    interrupted: flag,
  }),
  validity: v.object({ verdict: v.picklist(["fit", "doubtful", "unfit"]), reasons: v.array(v.string()) }),
  slos: maybe(
    v.object({ slos: v.array(v.object({ name: v.string(), limitMs: v.number() })), share: number }),
  ),
  gates: v.optional(v.array(SavedGate), []),
  until: v.optional(v.array(Until), []),
  load: v.object({
    askedRatePerS: number,
    plannedRatePerS: number,
    achievedRatePerS: number,
    concurrency: number,
    peakInFlight: number,
  }),
  models: maybe(v.array(Model)),
  whole: maybe(Window),
  steady: maybe(Window),
  warnings: v.optional(v.array(v.object({ message: v.string(), hint: text })), []),
});

export type SavedSummary = v.InferOutput<typeof Summary>;
export type SavedWindow = v.InferOutput<typeof Window>;
export type SavedModel = v.InferOutput<typeof Model>;
export type SavedMetric = v.InferOutput<typeof Metric>;

/** What is read of a file, and all that it holds. */
export interface SavedContent<T> {
  content: unknown;
  parsed: T;
}

/** @returns null where the run left none (it was killed) @throws ToolError USAGE where the file holds something else */
export function summaryIn(directory: string): SavedContent<SavedSummary> | null {
  return readSaved(join(directory, "summary.json"), parsePythonJson, Summary, "a serving run writes");
}
