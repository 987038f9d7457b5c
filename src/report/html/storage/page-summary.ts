import { join } from "node:path";
import * as v from "valibot";
import { parsePythonJson } from "../../../results/python-json.ts";
import { maybe, number, readSaved, text } from "../../saved-file.ts";
import { SavedGate } from "../../saved-gate.ts";
import { PageDistribution } from "../metric-cells.ts";

/* What a page takes from a storage run's summary.json. What an older version did not write is null. */

const share = maybe(v.object({ share: v.number() }));

const Summary = v.object({
  run: v.object({ version: text }),
  steps: v.object({ asked: v.number(), done: v.number(), warmup: v.optional(v.number(), 0) }),
  loader: v.object({
    readersAtWork: maybe(v.object({ mean: v.number(), max: v.number() })),
    queueDepth: maybe(v.object({ asked: v.number(), mean: number, most: v.number() })),
  }),
  dataset: maybe(v.object({ samples: v.number(), files: v.number(), bytes: v.number(), epochs: number })),
  windowS: number,
  throughput: maybe(v.object({ samplesPerS: v.number(), bytesPerS: v.number() })),
  metrics: v.record(v.string(), maybe(PageDistribution)),
  jitterMs: number,
  need: maybe(
    v.object({
      neededBytesPerS: v.number(),
      getsBytesPerS: v.number(),
      starves: v.boolean(),
      remedies: v.array(v.string()),
    }),
  ),
  compute: v.object({ error: number, stepErrorP99: number, au: number, nullSourceAu: number }),
  reads: maybe(
    v.object({
      sampleBytes: v.number(),
      requestedRatio: number,
      processRatio: number,
      device: text,
      deviceRatio: number,
    }),
  ),
  network: maybe(v.object({ requests: v.number(), retries: v.record(v.string(), v.number()) })),
  accelerators: maybe(
    v.object({
      found: number,
      leastAu: v.number(),
      trials: v.array(v.object({ accelerators: v.number(), au: v.number() })),
      runs: v.optional(v.array(v.object({ accelerators: v.number(), au: v.number() })), []),
    }),
  ),
  hotSpots: maybe(
    v.object({
      files: v.number(),
      evenShare: v.number(),
      runShare: v.number(),
      stepShareMean: v.number(),
    }),
  ),
  cache: maybe(v.object({ asked: v.string(), before: share, after: share })),
  cpuSPerGb: number,
  validity: v.object({ verdict: v.string(), reasons: v.array(v.string()) }),
  gates: v.optional(v.array(SavedGate), []),
  warnings: v.optional(v.array(v.object({ message: v.string(), hint: v.optional(v.string(), "") })), []),
  failure: text,
  ranks: maybe(
    v.array(
      v.object({
        rank: v.number(),
        stepsDone: v.number(),
        throughput: maybe(v.object({ samplesPerS: v.number(), bytesPerS: v.number() })),
        au: number,
        stepP95Ms: number,
      }),
    ),
  ),
});

export type StoragePageSummary = v.InferOutput<typeof Summary>;

/** @returns null where the run left none (it was killed, or is not ours) @throws ToolError USAGE where the file holds something else */
export function readStoragePageSummary(
  directory: string,
): { summary: StoragePageSummary; content: unknown } | null {
  const saved = readSaved(join(directory, "summary.json"), parsePythonJson, Summary, "a storage run writes");
  return saved === null ? null : { summary: saved.parsed, content: saved.content };
}
