import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { environmentError, messageOf, systemCode, usageError } from "../../../core/errors.ts";
import { interruptedEarly } from "../../../core/signals.ts";
import { turnEvery } from "../../../core/wait.ts";
import { NOT_CONTENT } from "../../../results/run-directory.ts";
import { type Dataset, datasetOf, type Layout, type Placed } from "./dataset.ts";
import { INDEX_FILE, MANIFEST_FILE, type Manifest, readManifest } from "./manifest.ts";
import { parseIndex } from "./sample-index.ts";
import { tarMembers } from "./tar-index.ts";
import { tarSamples } from "./tar-samples.ts";

interface DataFile {
  path: string;
  bytes: number;
}

/** Between two turns of the event loop while a directory is looked through: ranks' beats go on, and Ctrl-C is heard. */
const TURN_MS = 50;
/** Awaited where it gives something to await. @throws ToolError INTERRUPTED */
type Pause = () => Promise<void> | null;

/** Whether there is nothing at a path, or an empty directory. */
export function isVacant(root: string): boolean {
  try {
    return readdirSync(root).every((name) => NOT_CONTENT.has(name) || name.startsWith("."));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return true;
    throw unreadable(root, error);
  }
}

/**
 * Finds every sample below a directory: by its manifest; else tar shards where there are only those; else each file is a sample. Names
 * that begin with a dot, and empty files, are left out.
 * @param layout null for what is found
 * @throws ToolError where there are none, or they are not what their index says; INTERRUPTED
 */
export async function openDataset(
  path: string,
  layout: Layout | null,
  signal?: AbortSignal,
): Promise<Dataset> {
  const root = resolve(path);
  const turn = turnEvery(TURN_MS);
  const pause = () => {
    if (signal?.aborted) throw interruptedEarly();
    return turn();
  };
  const manifest = readManifest(root);
  if (manifest !== null && layout !== null && manifest.layout !== layout) {
    throw usageError(
      `the samples in ${root} have the layout ${manifest.layout}, not ${layout}`,
      "Name another --data-root.",
    );
  }
  const dataset =
    manifest?.layout === "records"
      ? openRecords(root, manifest)
      : await openFiles(root, manifest?.layout ?? layout, manifest, pause);
  if (dataset.fileOf.length === 0)
    throw usageError(`there are no samples in ${root}`, "Name a directory that has some.");
  if (manifest !== null && dataset.fileOf.length !== manifest.samples) {
    throw usageError(
      `there are ${dataset.fileOf.length} samples in ${root}, and its index ${MANIFEST_FILE} says ${manifest.samples}`,
      "Some were added or removed: remove the index to use them as they are.",
    );
  }
  return dataset;
}

async function openFiles(
  root: string,
  asked: Layout | null,
  manifest: Manifest | null,
  pause: Pause,
): Promise<Dataset> {
  const files = await filesBelow(root, pause);
  const found: Layout =
    files.length > 0 && files.every(({ path }) => extname(path) === ".tar") ? "tar" : "files";
  const layout = asked ?? found;
  if (layout === "records") {
    throw usageError(
      `records need an index, and there is no ${MANIFEST_FILE} in ${root}`,
      'See "storage" in METHODS.md.',
    );
  }
  const used = layout === "tar" ? files.filter(({ path }) => extname(path) === ".tar") : files;
  const placed =
    layout === "tar"
      ? await samplesIn(used, pause)
      : used.map(({ bytes }, file) => ({ file, offset: 0, bytes }));
  return datasetOf(root, layout, used, placed, readChecksums(root, manifest, used, placed));
}

async function samplesIn(shards: readonly DataFile[], pause: Pause): Promise<Placed[]> {
  const placed: Placed[][] = [];
  for (const [file, { path, bytes }] of shards.entries())
    placed.push(tarSamples(await tarMembers(path, bytes, pause), file));
  return placed.flat();
}

function openRecords(root: string, manifest: Manifest): Dataset {
  const recordBytes = manifest.recordBytes!;
  const placed: Placed[] = [];
  const files = manifest.shards!.map(({ name, samples }, file) => {
    const path = join(root, name);
    const bytes = sizeOf(path);
    if (bytes < samples * recordBytes) {
      throw usageError(
        `${path} has ${bytes} bytes, and its index says ${samples} records of ${recordBytes}`,
        "It was cut off, or the index is of other data.",
      );
    }
    for (let i = 0; i < samples; i++) placed.push({ file, offset: i * recordBytes, bytes: recordBytes });
    return { path, bytes };
  });
  return datasetOf(root, "records", files, placed, readChecksums(root, manifest, files, placed));
}

/**
 * The checksum of each sample, found by its place: names are in the order of their letters, the index in that of the samples' numbers.
 * @param placed in the order of files and offsets
 * @returns null where the generator left no index, or it is of other samples
 */
function readChecksums(
  root: string,
  manifest: Manifest | null,
  files: readonly DataFile[],
  placed: readonly Placed[],
): Uint32Array | null {
  if (manifest?.generated === undefined) return null;
  const numbers = new Map(files.map(({ path }, file) => [path, file]));
  try {
    const rows = parseIndex(readFileSync(join(root, INDEX_FILE), "utf8"))
      .map(({ file, offset, crc32 }) => ({ file: numbers.get(join(root, file)) ?? -1, offset, crc32 }))
      .sort((a, b) => a.file - b.file || a.offset - b.offset);
    const isSame = (i: number) => rows[i]?.file === placed[i]!.file && rows[i]?.offset === placed[i]!.offset;
    if (rows.length !== placed.length || !placed.every((_, i) => isSame(i))) return null;
    return Uint32Array.from(rows, ({ crc32 }) => crc32);
  } catch {
    return null;
  }
}

/** By name, whatever the folder. */
async function filesBelow(root: string, pause: Pause): Promise<DataFile[]> {
  const own = new Set([MANIFEST_FILE, INDEX_FILE]);
  const files: DataFile[] = [];
  for (const name of (await namesBelow(root, "", pause)).sort()) {
    if (own.has(name)) continue;
    await pause();
    const path = join(root, name);
    const bytes = sizeOf(path);
    if (bytes > 0) files.push({ path, bytes });
  }
  return files;
}

/** One folder after the other, so that an error names the one that cannot be read. Links to folders are not followed. */
async function namesBelow(root: string, folder: string, pause: Pause): Promise<string[]> {
  const names: string[] = [];
  await pause();
  for (const entry of await entriesOf(join(root, folder))) {
    if (entry.name.startsWith(".")) continue;
    const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) for (const below of await namesBelow(root, name, pause)) names.push(below);
    else names.push(name);
  }
  return names;
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @returns 0 for what is no regular file */
function sizeOf(path: string): number {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : 0;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Error {
  const hint = "Every sample below --data-root must be readable.";
  switch (systemCode(error)) {
    case "ENOENT":
      return usageError(`there is no ${path}`, "Name a directory that has samples as --data-root.");
    case "ENOTDIR":
      return usageError(`${path} is no directory`, "Name a directory that has samples as --data-root.");
    default:
      return environmentError("DATA_UNREADABLE", `cannot read ${path}: ${messageOf(error)}`, hint, error);
  }
}
