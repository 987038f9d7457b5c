import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { METADATA_FILE } from "../../../results/metadata.ts";
import { parsePythonJson } from "../../../results/python-json.ts";
import { maybe, number, readSaved, text } from "../../saved-file.ts";
import { Environment } from "../saved-environment.ts";

/* What figures take from a run's files. Keys that are not named here may be anything, and older files may lack some. */

const Quantile = v.object({
  value: number,
  low: number,
  high: number,
  small: v.optional(v.boolean(), false),
});

const Metric = v.object({ n: v.number(), quantiles: v.record(v.string(), maybe(Quantile)) });

const WindowSummary = v.object({
  startUnixMs: v.number(),
  durationS: v.number(),
  requests: v.object({ total: v.number(), succeeded: v.number() }),
  outputThroughputPerS: v.number(),
  goodput: maybe(v.object({ fraction: v.number(), low: v.number(), high: v.number() })),
  cost: maybe(v.object({ usdPerMOutputTokens: number })),
  metrics: v.record(v.string(), maybe(Metric)),
});

const Summary = v.object({
  benchmark: v.literal("serving"),
  validity: v.object({ verdict: v.string(), reasons: v.array(v.string()) }),
  slos: maybe(
    v.object({ slos: v.array(v.object({ name: v.string(), limitMs: v.number() })), share: number }),
  ),
  load: v.object({ askedRatePerS: number, achievedRatePerS: number, concurrency: number }),
  whole: maybe(WindowSummary),
  steady: maybe(WindowSummary),
});

const Metadata = v.object({
  /** Who measured; files of ours say inferbench. */
  tool: text,
  version: text,
  runName: text,
  status: text,
  startedAt: text,
  /** One instant on both clocks. */
  clock: maybe(v.object({ startMonotonicMs: v.number(), startUnixMs: v.number() })),
  plan: maybe(
    v.object({
      endpoint: text,
      backend: text,
      seed: number,
      load: maybe(
        v.object({
          kind: text,
          concurrency: number,
          arrival: maybe(v.object({ kind: text, ratePerS: number })),
        }),
      ),
      request: maybe(v.object({ model: text })),
      trafficSplit: maybe(v.object({ weights: v.array(v.number()) })),
    }),
  ),
  environment: maybe(Environment),
});

export type SavedWindow = v.InferOutput<typeof WindowSummary>;
export type SavedSummary = v.InferOutput<typeof Summary>;
export type SavedMetadata = v.InferOutput<typeof Metadata>;

const WRITER = "a serving run writes";

/** @returns null where the run left none (it was killed) @throws ToolError USAGE where the file holds something else */
export function readSummary(directory: string): SavedSummary | null {
  return readSaved(join(directory, "summary.json"), parsePythonJson, Summary, WRITER)?.parsed ?? null;
}

/** @returns null where there is none @throws ToolError USAGE where the file holds something else */
export function readMetadata(directory: string): SavedMetadata | null {
  return readSaved(join(directory, METADATA_FILE), parse, Metadata, WRITER)?.parsed ?? null;
}
