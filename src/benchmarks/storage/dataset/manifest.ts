import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { messageOf, systemCode, usageError } from "../../../core/errors.ts";
import { layouts } from "./dataset.ts";

/** Beside the samples: what they are. The generator writes it; for records of one's own it is the index, written by hand. */
export const MANIFEST_FILE = "inferbench-dataset.json";
/** Every sample as a line of CSV, with a header: file (below the root), offset, bytes, CRC-32. The generator writes it. */
export const INDEX_FILE = "inferbench-samples.csv";
export const INDEX_COLUMNS = ["file", "offset", "bytes", "crc32"] as const;

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.object({
  layout: v.picklist(layouts),
  samples: wholeNumber,
  /** Of the layout `records`: the size of each. */
  recordBytes: v.optional(v.pipe(wholeNumber, v.minValue(1))),
  /** Of the layout `records`: the shards in order. */
  shards: v.optional(v.array(v.object({ name: v.string(), samples: wholeNumber }))),
  /** How the samples were made, where the generator made them. */
  generated: v.optional(
    v.object({ seed: wholeNumber, sampleBytes: v.string(), samplesPerShard: v.optional(wholeNumber) }),
  ),
});

export type Manifest = v.InferOutput<typeof schema>;

/** @returns null where there is none @throws ToolError USAGE where it cannot be understood */
export function readManifest(root: string): Manifest | null {
  const path = join(root, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return null;
    throw usageError(`cannot read the index ${path}: ${messageOf(error)}`);
  }
  return parseManifest(text, path);
}

/** @throws Error for a name that leads out of the data's root */
export function refuseOutside(name: string): void {
  if (!name.startsWith("/") && !name.split("/").includes("..")) return;
  throw new Error(`${JSON.stringify(name)} is not below the samples' root`);
}

/** @param path for error texts @throws ToolError USAGE where it cannot be understood */
export function parseManifest(text: string, path: string): Manifest {
  try {
    const manifest = v.parse(schema, JSON.parse(text));
    if (
      manifest.layout === "records" &&
      (manifest.recordBytes === undefined || manifest.shards === undefined)
    )
      throw new Error("the layout records needs recordBytes and shards");
    for (const { name } of manifest.shards ?? []) refuseOutside(name);
    return manifest;
  } catch (error) {
    throw usageError(
      `the index ${path} cannot be understood: ${messageOf(error)}`,
      'It looks like {"layout": "records", "samples": 200, "recordBytes": 4096, "shards": [{"name": "a.rec", "samples": 200}]}.',
    );
  }
}
