import { closeSync, fsync, mkdirSync, openSync, rmdirSync, statfsSync, writeSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { sum } from "../../../analysis/sum.ts";
import { ExitCode, environmentError, systemCode, ToolError, usageError } from "../../../core/errors.ts";
import { rngFor } from "../../../core/rng.ts";
import { formatBytes } from "../../../core/units.ts";
import { nextTurn } from "../../../core/wait.ts";
import { type WriteSome, writeFully } from "../../../core/write-fully.ts";
import { type Cell, csvText } from "../../../results/csv.ts";
import { outputError } from "../../../results/output-error.ts";
import { strictJson } from "../../../results/strict-json.ts";
import type { Layout } from "../dataset/dataset.ts";
import { INDEX_COLUMNS, INDEX_FILE, MANIFEST_FILE, type Manifest } from "../dataset/manifest.ts";
import { isVacant } from "../dataset/open-dataset.ts";
import { type Distribution, distributionText, drawFrom, meanOf } from "../distribution.ts";
import { contentOf } from "./content.ts";
import { moveInto, takenError } from "./move-into.ts";
import { TAR_BLOCK, TAR_MEMBER_LIMIT, tarHeader, tarPadding } from "./tar-header.ts";
import { openWorkshop, removeLeftovers, type Workshop } from "./workshop.ts";

/** What to make. */
export interface GenerateOptions {
  layout: Layout;
  samples: number;
  /** Bytes of a sample; `fixed` for records. */
  sampleBytes: Distribution;
  /** Of the layouts tar and records. */
  samplesPerShard: number;
  seed: number;
}

export interface GenerateDeps {
  signal?: AbortSignal;
  onProgress?: (samples: number) => void;
  /** Told of the folder in which they are made. */
  onWorkshop?: (path: string) => void;
  /** Stand-ins for tests. */
  write?: WriteSome;
  freeBytesAt?: (path: string) => number;
}

/** Room that a file system wants for itself: a block and an inode a file, and a hundredth. */
const OVERHEAD_PER_FILE = 8192;
const OVERHEAD_SHARE = 0.01;
/** Of so many the mean tells what they come to. */
const MANY = 1_000_000;
/** The loop turns after so much, so that Ctrl-C is heard. */
const TURN_BYTES = 8 << 20;
/** Files that are brought to the disk at the same time. */
const SYNCS_AT_ONCE = 32;

/**
 * Writes samples that cannot be compressed into a directory that is empty or not there yet, in a folder of its own that is emptied
 * into the directory when all is written, the manifest last. When it cannot be finished, what it made is removed, and nothing else. Folders
 * of processes that were killed on the way are removed first.
 * @throws ToolError
 */
export async function generate(
  path: string,
  options: GenerateOptions,
  deps: GenerateDeps = {},
): Promise<Manifest> {
  const root = resolve(path);
  const action = `cannot generate samples in ${root}`;
  let made: string | undefined;
  let workshop: Workshop | null = null;
  try {
    made = mkdirSync(root, { recursive: true });
    await removeLeftovers(root);
    const freeBytesAt = deps.freeBytesAt ?? freeBytes;
    const { samples, sampleBytes } = options;
    // Before there is a number for each of them in memory, which may be too many.
    if (samples > MANY)
      checkSpace(root, { samples, bytes: samples * Math.max(1, meanOf(sampleBytes)) }, options, freeBytesAt);
    const sizes = sampleSizes(options);
    checkSpace(root, { samples, bytes: sum(sizes) }, options, freeBytesAt);
    workshop = openWorkshop(root);
    deps.onWorkshop?.(workshop.path);
    const { names, index } = await writeAll(workshop.path, sizes, options, deps);
    const manifest = manifestOf(options, names);
    writeFile(join(workshop.path, INDEX_FILE), csvText(INDEX_COLUMNS, index), deps.write);
    writeFile(join(workshop.path, MANIFEST_FILE), strictJson(manifest), deps.write);
    // The index first: of two processes that come to here at once, whatever they make, one gets no further.
    const files = [INDEX_FILE, ...names.map((file) => file.name), MANIFEST_FILE];
    await syncAll(workshop.path, files, deps.signal);
    if (!isVacant(root)) throw takenError(root);
    await moveInto(workshop.path, root, files);
    await workshop.remove();
    return manifest;
  } catch (error) {
    // Where it cannot be removed, the first error says more.
    await workshop?.remove().catch(() => {});
    if (made !== undefined) removeMade(made, root);
    if (error instanceof ToolError) throw error;
    if (systemCode(error) === undefined) throw error;
    throw outputError(error, action, "What was written for it is removed.");
  }
}

/** The sizes of all samples, which the seed fixes. */
function sampleSizes({ samples, sampleBytes, seed, layout }: GenerateOptions): Float64Array {
  if (layout === "records" && sampleBytes.kind !== "fixed") {
    throw usageError(
      `records are all of one size, and ${sampleBytes.kind} sizes were asked for`,
      "Take the layout files or tar, or a number.",
    );
  }
  const sizes = Float64Array.from({ length: samples }, (_, i) =>
    Math.max(1, Math.round(drawFrom(sampleBytes, rngFor(seed, "sample-size", i)))),
  );
  if (layout === "tar" && sizes.some((bytes) => bytes >= TAR_MEMBER_LIMIT)) {
    throw usageError("samples in tar shards must be smaller than 8 GiB", "Take the layout files or records.");
  }
  return sizes;
}

function checkSpace(
  root: string,
  { samples, bytes }: { samples: number; bytes: number },
  { layout, samplesPerShard }: GenerateOptions,
  freeBytesAt: (path: string) => number,
): void {
  const files = layout === "files" ? samples : Math.ceil(samples / samplesPerShard);
  const content = bytes + (layout === "tar" ? 2 * TAR_BLOCK * samples : 0);
  const needed = content * (1 + OVERHEAD_SHARE) + files * OVERHEAD_PER_FILE;
  const free = freeBytesAt(root);
  if (free >= needed) return;
  throw environmentError(
    "DATA_NO_SPACE",
    `${formatBytes(needed)} are needed for the samples in ${root}, and ${formatBytes(free)} are free`,
    "Ask for fewer or smaller ones (--sample-count, --sample-size-kb), or name a --data-root on another volume.",
  );
}

function freeBytes(path: string): number {
  const { bsize, bavail } = statfsSync(path);
  return bsize * bavail;
}

interface Written {
  names: { name: string; samples: number }[];
  /** The rows of the index file. */
  index: Cell[][];
}

async function writeAll(
  folder: string,
  sizes: Float64Array,
  options: GenerateOptions,
  { signal, onProgress, write }: GenerateDeps,
): Promise<Written> {
  const { layout, seed } = options;
  const perFile = layout === "files" ? 1 : options.samplesPerShard;
  const names: Written["names"] = [];
  const index: Cell[][] = [];
  let untilTurn = TURN_BYTES;
  for (let first = 0; first < sizes.length; first += perFile) {
    const end = Math.min(first + perFile, sizes.length);
    const name = layout === "files" ? sampleName(first) : shardName(layout, names.length);
    names.push({ name, samples: end - first });
    const fd = openSync(join(folder, name), "wx");
    let at = 0;
    const put = (bytes: Uint8Array) => {
      writeFully(fd, bytes, undefined, write);
      at += bytes.length;
    };
    try {
      for (let sample = first; sample < end; sample++) {
        const bytes = sizes[sample]!;
        if (layout === "tar") put(tarHeader(sampleName(sample), bytes));
        const offset = at;
        let sum = 0;
        for (const piece of contentOf(seed, sample, bytes)) {
          put(piece);
          sum = crc32(piece, sum);
          untilTurn -= piece.length;
          if (untilTurn > 0) continue;
          untilTurn = TURN_BYTES;
          await nextTurn();
          throwIfInterrupted(signal);
        }
        index.push([name, offset, bytes, sum >>> 0]);
        if (layout === "tar") put(new Uint8Array(tarPadding(bytes)));
        onProgress?.(sample + 1);
      }
      if (layout === "tar") put(new Uint8Array(2 * TAR_BLOCK));
    } finally {
      closeSync(fd);
    }
  }
  return { names, index };
}

/** Waits until files are on the disk. */
async function syncAll(folder: string, names: readonly string[], signal?: AbortSignal): Promise<void> {
  let next = 0;
  const syncSome = async () => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      throwIfInterrupted(signal);
      const fd = openSync(join(folder, name), "r");
      try {
        await promisify(fsync)(fd);
      } finally {
        closeSync(fd);
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: SYNCS_AT_ONCE }, syncSome));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ToolError("INTERRUPTED", "interrupted while samples were made; they are removed", {
    exit: ExitCode.interrupted,
  });
}

function manifestOf(options: GenerateOptions, names: Written["names"]): Manifest {
  const { layout, samples, sampleBytes, samplesPerShard, seed } = options;
  const isSharded = layout !== "files";
  return {
    layout,
    samples,
    ...(layout === "records" && sampleBytes.kind === "fixed"
      ? { recordBytes: Math.max(1, Math.round(sampleBytes.value)), shards: names }
      : {}),
    generated: {
      seed,
      sampleBytes: distributionText(sampleBytes),
      ...(isSharded ? { samplesPerShard } : {}),
    },
  };
}

/** As the seed of this benchmark names them. */
function sampleName(sample: number): string {
  return `sample_${String(sample).padStart(6, "0")}.bin`;
}

function shardName(layout: "tar" | "records", shard: number): string {
  return `shard_${String(shard).padStart(6, "0")}.${layout === "tar" ? "tar" : "rec"}`;
}

function writeFile(path: string, text: string, write: WriteSome = writeSync): void {
  const fd = openSync(path, "wx");
  try {
    writeFully(fd, Buffer.from(text), undefined, write);
  } finally {
    closeSync(fd);
  }
}

/** Takes away the folders that `mkdirSync` made on the way, as long as they are empty. */
function removeMade(highest: string, root: string): void {
  for (let folder = root; folder.startsWith(highest); folder = resolve(folder, "..")) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
    if (basename(folder) === "") return;
  }
}
