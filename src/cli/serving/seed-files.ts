import { basename } from "node:path";
import { ALL_MODELS, modelPart, seedFileName, seedResult } from "../../benchmarks/serving/seed-result.ts";
import type { Session } from "../../benchmarks/serving/session.ts";
import { environmentError, messageOf, usageError } from "../../core/errors.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson } from "../../results/strict-json.ts";
import { type Bucket, objectName, parseBucket } from "../../results/upload/bucket.ts";
import { notes } from "../ui/notes.ts";
import type { ServingValues } from "./config.ts";
import { timeStamp } from "./default-outdir.ts";
import type { Prepared } from "./execute.ts";
import { PREFIX } from "./seed-flags.ts";

/** The result files of seed 004 that a run is to leave, and where they go. */
export interface SeedFiles {
  prefix: string;
  metadata: Record<string, unknown>;
  /** Whether there is one for all models, too. */
  hasAggregate: boolean;
  /** null: they are not uploaded. */
  bucket: Bucket | null;
  /** The folder in it; null: none. */
  folder: string | null;
}

/**
 * What the flags say, with the bucket asked whether it takes files.
 * @returns null where no such files are asked for
 * @throws ToolError USAGE; exit 4 for a bucket that cannot be written to
 */
export async function seedFilesOf(
  values: ServingValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SeedFiles | null> {
  const { filePrefix: prefix, additionalMetadataMetricsToSave: metadata, outputBucket: bucketName } = values;
  const folder = values.outputBucketFilepath ?? null;
  if (!values.saveJsonResults) refuseIdle(values);
  if (folder !== null && bucketName === undefined)
    throw usageError(
      "--output-bucket-filepath is a folder in a bucket",
      "Name the bucket with --output-bucket.",
    );
  if (!values.saveJsonResults) return null;
  refuseOneName(values);
  if (/[/\\]/.test(prefix) || prefix === "")
    throw usageError(
      `--file-prefix: "${prefix}" is no beginning of a file's name`,
      "Files go to --outdir; the prefix has no slash.",
    );
  const bucket = bucketName === undefined ? null : await checkedBucket(bucketName, env);
  return { prefix, metadata: objectOf(metadata), hasAggregate: values.saveAggregatedResult, bucket, folder };
}

/** @throws ToolError USAGE for a flag that says how files are to be that nobody asked for */
function refuseIdle(values: ServingValues): void {
  const [idle] = [
    ["--output-bucket", values.outputBucket !== undefined],
    ["--file-prefix", values.filePrefix !== PREFIX],
    ["--no-save-aggregated-result", !values.saveAggregatedResult],
    ["--additional-metadata-metrics-to-save", values.additionalMetadataMetricsToSave !== undefined],
  ].find(([, isGiven]) => isGiven) ?? [null];
  if (idle !== null) throw usageError(`${idle} is for result files`, "Add --save-json-results.");
}

/** @throws ToolError USAGE for models whose result files would have the same name */
function refuseOneName(values: ServingValues): void {
  const { models = [] } = values;
  const seen = new Map([[ALL_MODELS, "all models"]]);
  for (const model of models.length > 1 ? models : []) {
    const part = modelPart(model);
    const other = seen.get(part);
    if (other !== undefined)
      throw usageError(`the result files of ${other} and of ${model} would have one name`);
    seen.set(part, model);
  }
}

async function checkedBucket(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Bucket> {
  const bucket = parseBucket(name, env);
  try {
    await bucket.check();
  } catch (error) {
    throw environmentError(
      "BUCKET",
      `cannot upload to ${bucket.url}: ${messageOf(error)}`,
      "Check the bucket's name and the credentials; nothing was sent to the server.",
      error,
    );
  }
  return bucket;
}

function objectOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw usageError(
    `--additional-metadata-metrics-to-save: ${text} is no JSON object`,
    `Example: --additional-metadata-metrics-to-save '{"pool": "a3"}'`,
  );
}

/** Writes them into the run's directory. @returns their paths @throws ToolError naming the file that could not be written */
export function writeSeedFiles(
  files: SeedFiles | null,
  { records, summary, result, toUnixMs }: Session,
  {
    plan,
    target,
    workload,
    directory,
  }: Pick<Prepared, "plan" | "target" | "workload"> & {
    directory: RunDirectory;
  },
): string[] {
  if (files === null) return [];
  const startUnixMs = toUnixMs(result.startAt);
  const run = {
    date: timeStamp(new Date(startUnixMs)),
    startUnixMs,
    backend: target.protocol.name,
    tokenizer: workload.counter.name,
    metadata: files.metadata,
  };
  const models = plan.trafficSplit?.models ?? [plan.request.model || "model"];
  return [...(files.hasAggregate ? [ALL_MODELS] : []), ...models].map((model) => {
    const name = seedFileName(files.prefix, summary, run, model);
    directory.declare(name);
    directory.writeAtomic(name, strictJson(seedResult(records, summary, plan, run, model)));
    return directory.path(name);
  });
}

/** Uploads what was written; a failure is said and costs no local file. @returns whether all is where it should be */
export async function uploadSeedFiles(files: SeedFiles | null, paths: readonly string[]): Promise<boolean> {
  const { bucket = null, folder = null } = files ?? {};
  if (bucket === null) return true;
  for (const path of paths) {
    const name = objectName(folder, basename(path));
    try {
      await bucket.put(path, name);
      notes.info(`uploaded ${bucket.url}/${name}`);
    } catch (error) {
      notes.error(
        `could not upload ${path} to ${bucket.url}/${name}: ${messageOf(error)}\n  The file is kept; the run itself is complete.`,
      );
      return false;
    }
  }
  return true;
}
