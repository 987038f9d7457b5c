import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { METADATA_FILE } from "../../../results/metadata.ts";
import { maybe, number, readSaved, text } from "../../saved-file.ts";
import { type SavedContent, type SavedSummary, summaryIn } from "../../saved-summary.ts";
import { Environment } from "../saved-environment.ts";

/* What figures and pages take from a run's metadata.yaml. */

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
      slo: maybe(v.string()),
      gates: v.optional(v.array(v.string()), []),
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

export type SavedMetadata = v.InferOutput<typeof Metadata>;

/** @returns null where there is none @throws ToolError USAGE where the file holds something else */
export function metadataIn(directory: string): SavedContent<SavedMetadata> | null {
  return readSaved(join(directory, METADATA_FILE), parse, Metadata, "a serving run writes");
}

/** What is taken of it. @throws ToolError USAGE where the file holds something else */
export function readMetadata(directory: string): SavedMetadata | null {
  return metadataIn(directory)?.parsed ?? null;
}

/** @returns null where the run left none (it was killed) @throws ToolError USAGE where the file holds something else */
export function readSummary(directory: string): SavedSummary | null {
  return summaryIn(directory)?.parsed ?? null;
}
