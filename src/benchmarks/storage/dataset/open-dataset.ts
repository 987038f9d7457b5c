import { type Dirent, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { environmentError, messageOf, systemCode, usageError } from "../../../core/errors.ts";
import { interruptedEarly } from "../../../core/signals.ts";
import { turnEvery } from "../../../core/wait.ts";
import { NOT_CONTENT } from "../../../results/run-directory.ts";
import { type Dataset, datasetOf, type Layout, namedFiles, noOddities, type Placed } from "./dataset.ts";
import { checkAgainstIndex, checksumsOf, type DataFile, generatedIndex } from "./generated-index.ts";
import { INDEX_FILE, MANIFEST_FILE, type Manifest, readManifest } from "./manifest.ts";
import { chosenFiles } from "./tar-choice.ts";
import { tarMembers } from "./tar-index.ts";
import { type ShardSamples, samplesOfShards, tarSamples } from "./tar-samples.ts";

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
 * Finds every sample below a directory: by its manifest; else in tar shards where there are some; else each file is a sample. Names
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
  if (dataset.fileOf.length === 0) {
    throw usageError(
      `there are no samples in ${root}`,
      "Name a directory that has some, or an empty one to have them made there.",
    );
  }
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
  if (asked === "records") {
    throw usageError(
      `records need an index, and there is no ${MANIFEST_FILE} in ${root}`,
      'See "storage" in METHODS.md.',
    );
  }
  const nameOf = ({ path }: DataFile) => relative(root, path);
  const { filled, emptyNames } = await filesBelow(root, pause);
  const { layout, used, leftOut } = chosenFiles(filled, root, asked, nameOf);
  const index = generatedIndex(root, manifest);
  if (index !== null) checkAgainstIndex(root, index, manifest!, used);
  const { placed, repeatedKeys, ...shards } =
    layout === "tar"
      ? samplesOfShards(await shardsIn(used, pause), (file) => nameOf(used[file]!))
      : {
          placed: used.map(({ bytes }, file) => ({ file, offset: 0, bytes })),
          repeatedKeys: null,
          emptyNames: [],
        };
  const checksums = index === null ? null : checksumsOf(root, index, used, placed);
  const empty = namedFiles([...emptyNames, ...shards.emptyNames]);
  return datasetOf(root, layout, used, placed, checksums, { empty, leftOut, repeatedKeys });
}

async function shardsIn(shards: readonly DataFile[], pause: Pause): Promise<ShardSamples[]> {
  const found: ShardSamples[] = [];
  for (const [file, { path, bytes }] of shards.entries())
    found.push(tarSamples(await tarMembers(path, bytes, pause), file));
  return found;
}

function openRecords(root: string, manifest: Manifest): Dataset {
  const recordBytes = manifest.recordBytes!;
  const placed: Placed[] = [];
  const files = manifest.shards!.map(({ name, samples }, file) => {
    const path = join(root, name);
    const bytes = sizeOf(path) ?? 0;
    if (bytes < samples * recordBytes) {
      throw usageError(
        `${path} has ${bytes} bytes, and its index says ${samples} records of ${recordBytes}`,
        "It was cut off, or the index is of other data.",
      );
    }
    for (let i = 0; i < samples; i++) placed.push({ file, offset: i * recordBytes, bytes: recordBytes });
    return { path, bytes };
  });
  const index = generatedIndex(root, manifest);
  if (index !== null) checkAgainstIndex(root, index, manifest, files);
  const checksums = index === null ? null : checksumsOf(root, index, files, placed);
  return datasetOf(root, "records", files, placed, checksums, noOddities);
}

/** By name, whatever the folder; those without a byte by their names alone. */
async function filesBelow(root: string, pause: Pause): Promise<{ filled: DataFile[]; emptyNames: string[] }> {
  const own = new Set([MANIFEST_FILE, INDEX_FILE]);
  const filled: DataFile[] = [];
  const emptyNames: string[] = [];
  for (const name of (await namesBelow(root, "", pause)).sort()) {
    if (own.has(name)) continue;
    await pause();
    const path = join(root, name);
    const bytes = sizeOf(path);
    if (bytes === 0) emptyNames.push(name);
    else if (bytes !== null) filled.push({ path, bytes });
  }
  return { filled, emptyNames };
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

/** @returns null for what is no regular file */
function sizeOf(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : null;
  } catch (error) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw usageError(
        `${path} is a link to ${readlinkSync(path)}, which cannot be read: ${messageOf(error)}`,
        "Remove the link, or put back what it leads to.",
      );
    }
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
