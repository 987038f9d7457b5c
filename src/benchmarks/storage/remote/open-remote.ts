import { environmentError, messageOf, ToolError, usageError } from "../../../core/errors.ts";
import { interruptedEarly } from "../../../core/signals.ts";
import {
  type Dataset,
  type DatasetOddities,
  datasetOf,
  namedFiles,
  noOddities,
  type Placed,
} from "../dataset/dataset.ts";
import { INDEX_FILE, MANIFEST_FILE, type Manifest, parseManifest } from "../dataset/manifest.ts";
import { type IndexedSample, parseIndex } from "../dataset/sample-index.ts";
import { chosenFiles } from "../dataset/tar-choice.ts";
import { samplesOfShards } from "../dataset/tar-samples.ts";
import { addressMaker, headersMaker, listObjects } from "./address.ts";
import { fetchText } from "./fetch-text.ts";
import { type Bucket, type Remote, remoteName } from "./location.ts";
import { scanTars, withSizes } from "./scan-tars.ts";
import type { RetryOptions } from "./try-again.ts";

/**
 * Finds every sample of a store by the index files beside them; in a bucket without one each object is a sample, or where there are tar shards,
 * and on a web server whose shards were named, each of their keys, which their headers tell.
 * @throws ToolError
 */
export async function openRemote(remote: Remote, options: RetryOptions): Promise<Dataset> {
  try {
    return await find(remote, options);
  } catch (error) {
    if (options.signal.aborted) throw interruptedEarly();
    throw error instanceof ToolError ? error : unreachable(remote, error);
  }
}

async function find(remote: Remote, options: RetryOptions): Promise<Dataset> {
  const root = remoteName(remote).replace(/\/$/, "");
  if (remote.kind === "http" && remote.shards !== null) {
    return fromShards(remote, root, await withSizes(remote, remote.shards, options), options);
  }
  const manifestText = await getText(remote, MANIFEST_FILE, options);
  if (manifestText !== null) {
    const manifest = parseManifest(manifestText, `${root}/${MANIFEST_FILE}`);
    const index = await getText(remote, INDEX_FILE, options);
    return index === null ? fromManifest(root, manifest) : fromIndex(root, manifest, indexIn(root, index));
  }
  if (remote.kind === "http") {
    throw usageError(
      `there is no ${MANIFEST_FILE} at ${root}`,
      "A web server does not tell what it has: name tar shards, as in shard-{000000..000009}.tar, or put samples there that inferbench made, with its index files.",
    );
  }
  return fromList(remote, root, await listObjects(remote, options), options);
}

function fromIndex(root: string, manifest: Manifest, samples: readonly IndexedSample[]): Dataset {
  if (samples.length !== manifest.samples) {
    throw usageError(
      `${root}/${INDEX_FILE} has ${samples.length} samples, and ${MANIFEST_FILE} says ${manifest.samples}`,
    );
  }
  const files: { path: string; bytes: number }[] = [];
  const numbers = new Map<string, number>();
  const placed: Placed[] = samples.map(({ file: name, offset, bytes }) => {
    const file = numbers.get(name) ?? files.push({ path: `${root}/${name}`, bytes: 0 }) - 1;
    numbers.set(name, file);
    files[file]!.bytes = Math.max(files[file]!.bytes, offset + bytes);
    return { file, offset, bytes };
  });
  return datasetOf(
    root,
    manifest.layout,
    files,
    placed,
    Uint32Array.from(samples, ({ crc32 }) => crc32),
  );
}

function fromManifest(root: string, { layout, recordBytes, shards }: Manifest): Dataset {
  if (layout !== "records") throw usageError(`there is no ${INDEX_FILE} beside ${root}/${MANIFEST_FILE}`);
  const placed: Placed[] = [];
  const files = shards!.map(({ name, samples }, file) => {
    for (let i = 0; i < samples; i++) placed.push({ file, offset: i * recordBytes!, bytes: recordBytes! });
    return { path: `${root}/${name}`, bytes: samples * recordBytes! };
  });
  return datasetOf(root, layout, files, placed, null);
}

async function fromList(
  remote: Bucket,
  root: string,
  objects: readonly { name: string; bytes: number }[],
  options: RetryOptions,
): Promise<Dataset> {
  const seen = objects.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
  const used = seen.filter(({ bytes }) => bytes > 0);
  // A folder's placeholder has no bytes, either, and never should.
  const emptyNames = seen.flatMap(({ name, bytes }) => (bytes > 0 || name.endsWith("/") ? [] : [name]));
  if (used.length === 0)
    throw usageError(`there are no samples in ${root}`, "Name a bucket and prefix that have some.");
  const chosen = chosenFiles(used, root, null, ({ name }) => name);
  if (chosen.layout === "tar")
    return fromShards(remote, root, chosen.used, options, { emptyNames, leftOut: chosen.leftOut });
  const files = used.map(({ name, bytes }) => ({ path: `${root}/${name}`, bytes }));
  const whole = files.map(({ bytes }, file) => ({ file, offset: 0, bytes }));
  return datasetOf(root, "files", files, whole, null, { ...noOddities, empty: namedFiles(emptyNames) });
}

async function fromShards(
  remote: Remote,
  root: string,
  shards: readonly { name: string; bytes: number }[],
  options: RetryOptions,
  beside: { emptyNames: readonly string[]; leftOut: DatasetOddities["leftOut"] } = {
    emptyNames: [],
    leftOut: null,
  },
): Promise<Dataset> {
  const files = shards.map(({ name, bytes }) => ({ name, path: `${root}/${name}`, bytes }));
  const found = await scanTars(remote, files, options);
  const { placed, emptyNames, repeatedKeys } = samplesOfShards(found, (file) => files[file]!.name);
  if (placed.length === 0) throw usageError(`the tar shards in ${root} have no samples`);
  const empty = namedFiles([...beside.emptyNames, ...emptyNames]);
  return datasetOf(root, "tar", files, placed, null, { empty, leftOut: beside.leftOut, repeatedKeys });
}

function indexIn(root: string, text: string): IndexedSample[] {
  try {
    return parseIndex(text);
  } catch (error) {
    throw usageError(`the index ${root}/${INDEX_FILE} cannot be understood: ${messageOf(error)}`);
  }
}

/** @returns null where the store has no such object */
function getText(remote: Remote, name: string, options: RetryOptions): Promise<string | null> {
  // Buckets say 403 for what is not there to whom may not list.
  const absent = remote.kind === "http" ? [404] : [404, 403];
  return fetchText(addressMaker(remote)(name), headersMaker(remote), absent, options);
}

/** What to look at where a store of this kind cannot be read. */
const CHECKS: Readonly<Record<Remote["kind"], string>> = {
  http: "Check the address, and that a server answers there, with ranges of bytes where they are asked for.",
  s3: "Check the address, --s3-endpoint, --s3-region and the credentials.",
  gs: "Check the address and the credentials (--s3-anonymous: none).",
};

function unreachable(remote: Remote, error: unknown): Error {
  return environmentError(
    "DATA_UNREACHABLE",
    `cannot read ${remoteName(remote)}: ${messageOf(error)}`,
    CHECKS[remote.kind],
    error,
  );
}
