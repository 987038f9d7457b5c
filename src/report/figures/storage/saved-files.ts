import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { METADATA_FILE } from "../../../results/metadata.ts";
import { parsePythonJson } from "../../../results/python-json.ts";
import { maybe, number, readSaved, text } from "../../saved-file.ts";
import { Environment } from "../saved-environment.ts";

/* What figures take from a storage run's files, this program's or the Python tool's. */

const settings = maybe(v.record(v.string(), v.unknown()));

const Metadata = v.object({
  tool: text,
  version: text,
  runName: text,
  status: text,
  startedAt: text,
  plan: settings,
  environment: maybe(
    v.object({
      ...Environment.entries,
      /** One instant by both clocks: GPU readings have the wall's, rows the monotonic one. */
      clock: maybe(v.object({ unixMs: v.number(), monotonicMs: v.number() })),
    }),
  ),
  run_name: text,
  timestamp_utc: text,
  parameters: settings,
  /** Of the Python tool's; its address is the whole one. */
  summary: maybe(v.object({ data_root: text })),
  /** The Python tool's. */
  host: maybe(v.object({ platform: text, python_version: text })),
});

const Summary = v.object({
  steps: v.object({ done: v.number() }),
  throughput: maybe(v.object({ samplesPerS: v.number(), bytesPerS: v.number() })),
  validity: v.object({ verdict: v.string(), reasons: v.array(v.string()) }),
  compute: v.object({ askedMeanMs: number }),
  run: maybe(v.object({ direct: v.boolean() })),
  cache: maybe(v.object({ asked: v.picklist(["asis", "warm", "cold"]) })),
  reads: maybe(v.object({ processRatio: number })),
});

export type SavedMetadata = v.InferOutput<typeof Metadata>;
export type SavedSummary = v.InferOutput<typeof Summary>;

const WRITER = "a storage run writes";

/** @returns null where the run left none (it was killed, or is not ours) @throws ToolError USAGE where the file holds something else */
export function readSummary(directory: string): SavedSummary | null {
  return readSaved(join(directory, "summary.json"), parsePythonJson, Summary, WRITER)?.parsed ?? null;
}

/** @returns null where there is none @throws ToolError USAGE where the file holds something else */
export function readMetadata(directory: string): SavedMetadata | null {
  return readSaved(join(directory, METADATA_FILE), parse, Metadata, WRITER)?.parsed ?? null;
}
