import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { messageOf, usageError } from "../../../core/errors.ts";
import { METADATA_FILE } from "../../../results/metadata.ts";
import { JsonSyntaxError, parsePythonJson } from "../../../results/python-json.ts";

/* What figures take from a run's files. Keys that are not named here may be anything, and older files may lack some. */

const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema, null), null);
const text = maybe(v.string());
const number = maybe(v.number());

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
    }),
  ),
  environment: maybe(
    v.object({
      host: maybe(v.object({ os: text, kernel: text })),
      cpu: maybe(v.object({ model: text, logicalCount: number })),
      memory: maybe(v.object({ totalBytes: number })),
      gpus: maybe(
        v.object({
          driverVersion: text,
          cudaVersion: text,
          devices: v.array(v.object({ name: v.string() })),
        }),
      ),
      cloud: maybe(v.object({ provider: v.string(), instanceType: v.string(), zone: text })),
    }),
  ),
});

export type SavedWindow = v.InferOutput<typeof WindowSummary>;
export type SavedSummary = v.InferOutput<typeof Summary>;
export type SavedMetadata = v.InferOutput<typeof Metadata>;

/** @returns null where the run left none (it was killed) @throws ToolError USAGE where the file holds something else */
export function readSummary(directory: string): SavedSummary | null {
  return readFile(join(directory, "summary.json"), parsePythonJson, Summary);
}

/** @returns null where there is none @throws ToolError USAGE where the file holds something else */
export function readMetadata(directory: string): SavedMetadata | null {
  return readFile(join(directory, METADATA_FILE), parse, Metadata);
}

function readFile<T extends v.GenericSchema>(
  path: string,
  parser: (content: string) => unknown,
  schema: T,
): v.InferOutput<T> | null {
  // A run makes its files, empty, before it begins.
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
  let content: unknown;
  try {
    content = parser(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(
      error instanceof JsonSyntaxError
        ? `${path}, ${error.message}: not JSON`
        : // YAML's parser shows the lines, too.
          `cannot read ${path}: ${messageOf(error).split("\n")[0]!.replace(/:$/, "")}`,
    );
  }
  // To valibot a list is an object, too.
  const parsed = v.safeParse(schema, Array.isArray(content) ? null : content);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw usageError(
    `${path} is not what a serving run writes (${v.getDotPath(issue) ?? "content"}: ${issue.message})`,
  );
}
