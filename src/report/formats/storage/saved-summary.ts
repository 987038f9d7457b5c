import { join } from "node:path";
import * as v from "valibot";
import { parsePythonJson } from "../../../results/python-json.ts";
import { SavedDistribution } from "../../saved-distribution.ts";
import { maybe, readSaved } from "../../saved-file.ts";
import { SavedGate } from "../../saved-gate.ts";

/* summary.json of a finished storage run, as far as it is printed in other formats. */

const number = v.optional(v.nullable(v.number(), null), null);
const metric = v.optional(v.nullable(SavedDistribution, null), null);

const Summary = v.object({
  run: v.object({
    version: v.string(),
    runName: v.string(),
    startedAt: v.string(),
    dataRoot: v.string(),
    layout: v.string(),
    seed: v.number(),
  }),
  steps: v.object({
    asked: v.number(),
    done: v.number(),
    globalBatchSize: v.number(),
    microbatchSize: v.number(),
  }),
  loader: v.object({ workers: v.number(), prefetchDepth: v.number() }),
  windowS: number,
  throughput: v.nullable(
    v.object({
      samplesPerS: v.number(),
      samplesPerSLow: number,
      samplesPerSHigh: number,
      bytesPerS: v.number(),
    }),
  ),
  metrics: v.object({
    microbatchLoadMs: metric,
    microbatchCopyMs: metric,
    microbatchWaitMs: metric,
    stepLoadMs: metric,
    stepMs: metric,
    firstByteMs: metric,
  }),
  jitterMs: number,
  compute: v.object({ au: number, nullSourceAu: number }),
  accelerators: maybe(
    v.object({
      found: number,
      leastAu: v.number(),
      trials: v.array(v.object({ accelerators: v.number(), au: v.number() })),
      runs: v.optional(v.array(v.object({ accelerators: v.number(), au: v.number() })), []),
    }),
  ),
  validity: v.object({ verdict: v.picklist(["fit", "doubtful", "unfit"]), reasons: v.array(v.string()) }),
  gates: v.optional(v.array(SavedGate), []),
  /** Not in the file: where there is one, the run came to its end. */
  wasKilled: v.optional(v.boolean(), false),
  warnings: v.array(v.object({ message: v.string(), hint: v.string() })),
});

export type StorageSummaryFile = v.InferOutput<typeof Summary>;

/** Its times with the names that tables give them. */
export const storageMetrics = [
  ["microbatchLoadMs", "microbatch, loading"],
  ["microbatchCopyMs", "of it, copying"],
  ["microbatchWaitMs", "microbatch, waiting"],
  ["stepLoadMs", "step, loading"],
  ["stepMs", "step, with compute"],
  ["firstByteMs", "read, first byte"],
] as const;

/**
 * The summary as it is in its file, and what of it is printed.
 * @returns null where there is none, or an empty one @throws ToolError USAGE where the file holds something else
 */
export function readStorageSummary(
  directory: string,
): { content: unknown; summary: StorageSummaryFile } | null {
  const file = readSaved(join(directory, "summary.json"), parsePythonJson, Summary, "a storage run writes");
  return file === null ? null : { content: file.content, summary: file.parsed };
}
