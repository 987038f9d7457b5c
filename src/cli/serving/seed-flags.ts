import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

/** How the seed's files begin. */
export const PREFIX = "benchmark";

const output = { group: "Output" };

/** Flags of seed 004 for its result file. */
export const seedFlags = {
  saveJsonResults: withDefault(
    kind.toggle(),
    "false",
    "also write the result as AI-Hypercomputer's inference-benchmark does: a file for the model and one for all models (weighted)",
    output,
  ),
  filePrefix: withDefault(kind.text("TEXT"), PREFIX, "how the names of those files begin", output),
  saveAggregatedResult: withDefault(
    kind.toggle(),
    "true",
    "write the one for all models, too (with --save-json-results)",
    output,
  ),
  additionalMetadataMetricsToSave: optional(
    kind.text("JSON"),
    "further dimensions in those files, as a JSON object",
    output,
  ),
  outputBucket: optional(
    kind.text("NAME"),
    "upload those files to this bucket of Google Cloud Storage (NAME or gs://NAME) or of S3 (s3://NAME), which is checked before the run",
    output,
  ),
  outputBucketFilepath: optional(kind.text("PATH"), "the folder in the bucket", output),
};
