import { closeSync, mkdirSync, openSync, rmdirSync, statfsSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { sum } from "../../../analysis/sum.ts";
import { environmentError, systemCode, ToolError, usageError } from "../../../core/errors.ts";
import { rngFor } from "../../../core/rng.ts";
import { interruptedEarly } from "../../../core/signals.ts";
import { formatBytes } from "../../../core/units.ts";
import { sleepMs } from "../../../core/wait.ts";
import { type WriteSome, writeFully } from "../../../core/write-fully.ts";
import { csvText } from "../../../results/csv.ts";
import { outputError } from "../../../results/output-error.ts";
import { strictJson } from "../../../results/strict-json.ts";
import type { Layout } from "../dataset/dataset.ts";
import { INDEX_COLUMNS, INDEX_FILE, MANIFEST_FILE, type Manifest } from "../dataset/manifest.ts";
import { isVacant } from "../dataset/open-dataset.ts";
import { type Distribution, distributionText, drawFrom, meanOf } from "../distribution.ts";
import { type Claim, makerAt, tryClaim } from "./claim.ts";
import { moveInto, takenError } from "./move-into.ts";
import { TAR_BLOCK, TAR_MEMBER_LIMIT } from "./tar-header.ts";
import { bringToDisk, type SyncFileSystem } from "./to-disk.ts";
import { openWorkshop, removeLeftovers } from "./workshop.ts";
import { type Written, writeSamples } from "./write-samples.ts";

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

/** How far it is: samples are made, files brought to the disk and moved to where they are read; null where that is not known. */
export interface GenerateProgress {
  stage: "make" | "sync" | "move";
  done: number | null;
  of: number;
}

export interface GenerateDeps {
  signal?: AbortSignal;
  onProgress?: (progress: GenerateProgress) => void;
  /** Told of the folder in which they are made. */
  onWorkshop?: (path: string) => void;
  /** Told once, where another process makes samples there and is waited for: `process 12 on host`. */
  onWait?: (maker: string) => void;
  /** Brings many files to the disk at once; without it each goes there by itself. */
  syncFileSystem?: SyncFileSystem;
  /** Stand-ins for tests. */
  write?: WriteSome;
  freeBytesAt?: (path: string) => number;
}

/** Room that a file system wants for itself: a block and an inode a file, and a hundredth. */
const OVERHEAD_PER_FILE = 8192;
const OVERHEAD_SHARE = 0.01;
/** Of so many the mean tells what they come to. */
const MANY = 1_000_000;
/** How often who waits for another process looks whether it is done. */
const POLL_MS = 200;
/** Between two words about how far it is. */
const TOLD_MS = 100;

/**
 * Writes samples that cannot be compressed into a directory that is empty or not there yet, in a folder of its own that is emptied
 * into the directory when all of it is on the disk, the manifest last. When it cannot be finished, what it made is removed, and nothing else.
 * Folders of processes that were killed on the way are removed first. While another process makes samples there, it is waited for.
 * @returns null where the directory is not empty any more: others have put there what is to be read
 * @throws ToolError
 */
export async function generate(
  path: string,
  options: GenerateOptions,
  deps: GenerateDeps = {},
): Promise<Manifest | null> {
  const root = resolve(path);
  let made: string | undefined;
  let claim: Claim | null = null;
  try {
    const waitOnce = waiting(root, deps);
    for (;;) {
      // Each time: whoever is waited for may take what it made away again.
      made = mkdirSync(root, { recursive: true }) ?? made;
      claim = tryClaim(root);
      if (claim !== null) break;
      await waitOnce();
    }
    return isVacant(root) ? await makeIn(root, claim, options, deps) : null;
  } catch (error) {
    claim?.release();
    claim = null;
    if (made !== undefined) removeMade(made, root);
    if (error instanceof ToolError) throw error;
    if (systemCode(error) === undefined) throw error;
    const action = `cannot generate samples in ${root}`;
    throw outputError(error, action, "What was written for it is removed.");
  } finally {
    claim?.release();
  }
}

/** Waits a little, and says once for whom. @throws ToolError INTERRUPTED */
function waiting(root: string, { signal, onWait }: GenerateDeps): () => Promise<void> {
  let isSaid = false;
  return async () => {
    const maker = makerAt(root);
    if (maker !== null && !isSaid) onWait?.(maker);
    isSaid ||= maker !== null;
    await sleepMs(POLL_MS, signal);
    if (signal?.aborted) throw interruptedEarly();
  };
}

async function makeIn(
  root: string,
  claim: Claim,
  options: GenerateOptions,
  deps: GenerateDeps,
): Promise<Manifest> {
  if (claim.isSure) await removeLeftovers(root);
  const freeBytesAt = deps.freeBytesAt ?? freeBytes;
  const { samples, sampleBytes } = options;
  // Before there is a number for each of them in memory, which may be too many.
  if (samples > MANY)
    checkSpace(root, { samples, bytes: samples * Math.max(1, meanOf(sampleBytes)) }, options, freeBytesAt);
  const sizes = sampleSizes(options);
  checkSpace(root, { samples, bytes: sum(sizes) }, options, freeBytesAt);
  const workshop = openWorkshop(root);
  try {
    deps.onWorkshop?.(workshop);
    return await fill(workshop, root, sizes, options, deps);
  } finally {
    // Where it cannot be removed, the next one who makes samples there does, and an error says more.
    await rm(workshop, { recursive: true, force: true }).catch(() => {});
  }
}

async function fill(
  workshop: string,
  root: string,
  sizes: Float64Array,
  options: GenerateOptions,
  { signal, onProgress = () => {}, syncFileSystem, write }: GenerateDeps,
): Promise<Manifest> {
  const fd = openSync(workshop, "r");
  try {
    const { names, index } = await writeSamples(workshop, sizes, options, {
      signal,
      write,
      onProgress: stageOf("make", sizes.length, onProgress),
    });
    const manifest = manifestOf(options, names);
    writeFile(join(workshop, INDEX_FILE), csvText(INDEX_COLUMNS, index), write);
    writeFile(join(workshop, MANIFEST_FILE), strictJson(manifest), write);
    // The index first: of two processes that come to here at once, whatever they make, one gets no further.
    const files = [INDEX_FILE, ...names.map((file) => file.name), MANIFEST_FILE];
    await bringToDisk({
      folder: workshop,
      names: files,
      fd,
      syncFileSystem,
      signal,
      onProgress: stageOf("sync", files.length, onProgress),
    });
    if (!isVacant(root)) throw takenError(root);
    await moveInto(workshop, root, files, { signal, onProgress: stageOf("move", files.length, onProgress) });
    return manifest;
  } finally {
    closeSync(fd);
  }
}

/** Tells of a stage's begin and end, and now and then between them: people read no faster, and a terminal far away shows no more. */
function stageOf(
  stage: GenerateProgress["stage"],
  of: number,
  onProgress: (progress: GenerateProgress) => void,
): (done: number | null) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (done) => {
    const nowMs = performance.now();
    if (done !== null && done < of && nowMs - toldAtMs < TOLD_MS) return;
    toldAtMs = nowMs;
    onProgress({ stage, done, of });
  };
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
