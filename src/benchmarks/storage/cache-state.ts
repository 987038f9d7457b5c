import { closeSync, readSync } from "node:fs";
import { environmentError, messageOf, ToolError } from "../../core/errors.ts";
import { turnEvery } from "../../core/wait.ts";
import { dropPages, openForReading } from "../../native/file-io.ts";
import { type ResidencyMethod, residencyOf } from "../../native/residency.ts";
import type { Dataset } from "./dataset/dataset.ts";

/** `cold`: nothing in the page cache; `warm`: everything; `asis`: what is there. */
export const cacheStates = ["cold", "warm", "asis"] as const;
export type CacheState = (typeof cacheStates)[number];

/** Data is cold while at most so much of it is in memory, and warm from so much on (METHODS.md, Storage). */
const COLD_AT_MOST = 0.005;
const WARM_AT_LEAST = 0.99;

/** The files whose pages count. */
export type CachedFiles = Pick<Dataset, "root" | "files" | "fileBytes">;

/** How much of the data the page cache holds. */
export interface CacheContent {
  method: ResidencyMethod;
  pages: number;
  cachedPages: number;
  /** cachedPages / pages. */
  share: number;
}

/** Between two turns of the event loop: ranks' beats go on, and Ctrl-C is heard. */
const TURN_MS = 50;
/** How large the pieces are in which files are read to warm them. */
const WARM_BYTES = 1 << 20;

/** Brings the page cache into a state, as far as it can be; `provenCache` says how far. Not when `signal` is aborted. */
export async function prepareCache(
  files: CachedFiles,
  state: CacheState,
  signal?: AbortSignal,
): Promise<void> {
  if (state === "cold") await forEachFile(files, signal, (fd) => dropPages(fd));
  if (state === "warm") await forEachFile(files, signal, readThrough);
}

/**
 * Measures how much of the files is in the page cache, without changing it.
 * @returns null where the kernel does not tell
 */
export async function cacheContent(files: CachedFiles, signal?: AbortSignal): Promise<CacheContent | null> {
  let method: ResidencyMethod = "cachestat";
  let pages = 0;
  let cachedPages = 0;
  let isKnown = true;
  await forEachFile(files, signal, (fd, bytes) => {
    const residency = isKnown ? residencyOf(fd, bytes) : null;
    if (residency === null) {
      isKnown = false;
      return;
    }
    if (residency.method === "mincore") method = "mincore";
    pages += residency.pages;
    cachedPages += residency.cachedPages;
  });
  return isKnown ? { method, pages, cachedPages, share: pages === 0 ? 0 : cachedPages / pages } : null;
}

/**
 * What the page cache holds, where that is the state; whatever it is when `signal` is aborted.
 * @throws ToolError CACHE_STATE, exit 4, where it is not, or that cannot be told
 */
export async function provenCache(
  files: CachedFiles,
  state: CacheState,
  signal?: AbortSignal,
): Promise<CacheContent | null> {
  const content = await cacheContent(files, signal);
  if (state === "asis" || signal?.aborted) return content;
  if (content === null) {
    throw environmentError(
      "CACHE_STATE",
      `whether the cache is ${state} cannot be proved: the kernel tells what it holds of a file only to who owns it, or may write it`,
      `Run as the owner of the files in ${files.root}, or as root; or with --cache asis.`,
    );
  }
  const percent = `${(100 * content.share).toFixed(1)} %`;
  if (state === "cold" && content.share > COLD_AT_MOST) {
    throw environmentError(
      "CACHE_STATE",
      `the cache cannot be made cold: ${percent} of what the run reads of ${files.root} stays in memory`,
      "A memory file system (tmpfs) always is; elsewhere another process may hold the files mapped.",
    );
  }
  if (state === "warm" && content.share < WARM_AT_LEAST) {
    throw environmentError(
      "CACHE_STATE",
      `the cache cannot be made warm: only ${percent} of what the run reads of ${files.root} stays in memory`,
      "Use fewer or smaller samples, or buffers (--num-workers, --prefetch-depth, --mbs), than memory holds.",
    );
  }
  return content;
}

async function forEachFile(
  { files, fileBytes }: CachedFiles,
  signal: AbortSignal | undefined,
  visit: (fd: number, bytes: number, pause: () => Promise<void> | null, signal?: AbortSignal) => unknown,
): Promise<void> {
  const pause = turnEvery(TURN_MS);
  for (const [i, path] of files.entries()) {
    await pause();
    if (signal?.aborted) return;
    try {
      const fd = openForReading(path, false);
      try {
        await visit(fd, fileBytes[i]!, pause, signal);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw environmentError(
        "DATA_UNREADABLE",
        `cannot read ${path}: ${messageOf(error)}`,
        "Every sample below --data-root must be readable.",
        error,
      );
    }
  }
}

const scratch = new Uint8Array(WARM_BYTES);

async function readThrough(
  fd: number,
  bytes: number,
  pause: () => Promise<void> | null,
  signal?: AbortSignal,
): Promise<void> {
  for (let at = 0; at < bytes && !signal?.aborted; ) {
    await pause();
    const got = readSync(fd, scratch, 0, WARM_BYTES, at);
    if (got === 0) return;
    at += got;
  }
}
