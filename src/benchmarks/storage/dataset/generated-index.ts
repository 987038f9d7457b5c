import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../../../core/errors.ts";
import type { Placed } from "./dataset.ts";
import { INDEX_FILE, type Manifest } from "./manifest.ts";
import { type IndexedSample, parseIndex } from "./sample-index.ts";

/** A file as it is found. */
export interface DataFile {
  path: string;
  bytes: number;
}

/** Every sample as the generator wrote it down; null where it left no such file, or none that can be understood. */
export function generatedIndex(root: string, manifest: Manifest | null): IndexedSample[] | null {
  if (manifest?.generated === undefined) return null;
  try {
    return parseIndex(readFileSync(join(root, INDEX_FILE), "utf8"));
  } catch {
    return null;
  }
}

/**
 * Holds the files that are there against the generator's index.
 * @throws ToolError USAGE where one is missing, or is not as long as its samples are
 */
export function checkAgainstIndex(
  root: string,
  index: readonly IndexedSample[],
  { layout }: Manifest,
  files: readonly DataFile[],
): void {
  const sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
  for (const { file, offset, bytes } of index) {
    const path = join(root, file);
    const size = sizes.get(path);
    if (size === undefined)
      throw differs(`${path} is not there, or empty, and the index ${INDEX_FILE} has it`);
    const end = offset + bytes;
    if (size < end || (layout === "files" && size > end))
      throw differs(`${path} has ${size} bytes, and its index ${INDEX_FILE} says ${end}`);
  }
}

function differs(message: string): Error {
  return usageError(
    message,
    "It was changed since it was made: name an empty --data-root to have samples made there, or remove both index files to use these as they are.",
  );
}

/**
 * The checksum of each sample, found by its place: names are in the order of their letters, the index in that of the samples' numbers.
 * @param placed in the order of files and offsets
 * @returns null where the index is of other samples
 */
export function checksumsOf(
  root: string,
  index: readonly IndexedSample[],
  files: readonly DataFile[],
  placed: readonly Placed[],
): Uint32Array | null {
  const numbers = new Map(files.map(({ path }, file) => [path, file]));
  const rows = index
    .map(({ file, offset, crc32 }) => ({ file: numbers.get(join(root, file)) ?? -1, offset, crc32 }))
    .sort((a, b) => a.file - b.file || a.offset - b.offset);
  const isSame = (i: number) => rows[i]?.file === placed[i]!.file && rows[i]?.offset === placed[i]!.offset;
  if (rows.length !== placed.length || !placed.every((_, i) => isSame(i))) return null;
  return Uint32Array.from(rows, ({ crc32 }) => crc32);
}
