import { closeSync, readSync } from "node:fs";
import { environmentError, messageOf, ToolError } from "../../core/errors.ts";
import { turnEvery } from "../../core/wait.ts";
import { dropPages, openForReading } from "../../native/file-io.ts";
import { type Residency, type ResidencyMethod, residencyOf } from "../../native/residency.ts";
import type { Dataset } from "./dataset/dataset.ts";

/** `cold`: nothing in the page cache; `warm`: everything; `asis`: what is there. */
export const cacheStates = ["cold", "warm", "asis"] as const;
export type CacheState = (typeof cacheStates)[number];

/** A file is cold while at most so much of it is in memory, and warm from so much on (METHODS.md, Storage). */
const COLD_AT_MOST = 0.005;
const WARM_AT_LEAST = 0.99;

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

/**
 * Measures how much of the dataset is in the page cache, without changing it.
 * @returns null where the kernel tells neither by cachestat nor by mincore
 */
export async function cacheContent(dataset: Dataset, signal?: AbortSignal): Promise<CacheContent | null> {
  for (const method of ["cachestat", "mincore"] as const) {
    const total = await sumOver(dataset, method, signal);
    if (total !== null)
      return { method, ...total, share: total.pages === 0 ? 0 : total.cachedPages / total.pages };
  }
  return null;
}

/**
 * Brings the page cache into a state, and proves it; not when `signal` is aborted.
 * @throws ToolError CACHE_STATE, exit 4, where it cannot be reached, or not be proved
 */
export async function prepareCache(
  dataset: Dataset,
  state: CacheState,
  signal?: AbortSignal,
): Promise<CacheContent | null> {
  if (state === "cold") await forEachFile(dataset, signal, (fd) => dropPages(fd));
  if (state === "warm") await forEachFile(dataset, signal, readThrough);
  const content = await cacheContent(dataset, signal);
  if (state === "asis" || signal?.aborted) return content;
  if (content === null) {
    throw environmentError(
      "CACHE_STATE",
      `whether the cache is ${state} cannot be proved: the kernel tells neither by cachestat nor by mincore`,
      "Run with --cache asis.",
    );
  }
  const percent = `${(100 * content.share).toFixed(1)} %`;
  if (state === "cold" && content.share > COLD_AT_MOST) {
    throw environmentError(
      "CACHE_STATE",
      `the cache cannot be made cold: ${percent} of the data in ${dataset.root} stays in memory`,
      "A memory file system (tmpfs) always is; elsewhere another process may hold the files mapped.",
    );
  }
  if (state === "warm" && content.share < WARM_AT_LEAST) {
    throw environmentError(
      "CACHE_STATE",
      `the cache cannot be made warm: only ${percent} of the data in ${dataset.root} stays in memory`,
      "Use fewer or smaller samples than memory holds.",
    );
  }
  return content;
}

async function sumOver(
  dataset: Dataset,
  method: ResidencyMethod,
  signal?: AbortSignal,
): Promise<Residency | null> {
  let pages = 0;
  let cachedPages = 0;
  let isKnown = true;
  await forEachFile(dataset, signal, (fd, bytes) => {
    const residency = isKnown ? residencyOf(fd, bytes, method) : null;
    if (residency === null) isKnown = false;
    pages += residency?.pages ?? 0;
    cachedPages += residency?.cachedPages ?? 0;
  });
  return isKnown ? { pages, cachedPages } : null;
}

async function forEachFile(
  { files, fileBytes }: Dataset,
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
