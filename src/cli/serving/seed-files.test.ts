import { expect, test } from "bun:test";
import { seedFilesOf } from "./seed-files.ts";
import { valuesOf } from "./values.fake.ts";

const of = (...flags: string[]) => seedFilesOf(valuesOf("--endpoint", "http://h:1", ...flags), {});

test("no files are asked for by default", async () => {
  expect(await of()).toBeNull();
});

test("the seed's own flags, with dashes or underscores", async () => {
  const metadata = ["--additional_metadata_metrics_to_save", '{"pool": "a3", "n": 2}'];
  expect(await of("--save_json_results", "--file-prefix", "lpg", ...metadata)).toEqual({
    prefix: "lpg",
    metadata: { pool: "a3", n: 2 },
    hasAggregate: true,
    bucket: null,
    folder: null,
  });
  expect(await of("--save-json-results", "--no-save-aggregated-result")).toMatchObject({
    hasAggregate: false,
  });
});

test.each([
  [["--file-prefix", "x"], "--file-prefix is for result files"],
  [["--output-bucket", "b-b"], "--output-bucket is for result files"],
  [["--no-save-aggregated-result"], "--no-save-aggregated-result is for result files"],
  [["--save-json-results", "--output-bucket-filepath", "x"], "folder in a bucket"],
  [["--save-json-results", "--file-prefix", "../x"], '"../x" is no beginning'],
  [["--save-json-results", "--additional-metadata-metrics-to-save", "[1]"], "[1] is no JSON object"],
  [["--save-json-results", "--output-bucket", "gs://b/x"], "is no bucket"],
  [["--save-json-results", "--models", "org/a,org-a"], "of org/a and of org-a would have one name"],
  [["--save-json-results", "--models", "a,weighted"], "of all models and of weighted would have one name"],
])("%j is wrong usage", async (flags, words) => {
  const error = await of(...flags).catch((reason: Error) => reason);
  expect((error as { exit?: number }).exit).toBe(2);
  expect((error as Error).message).toContain(words);
});
