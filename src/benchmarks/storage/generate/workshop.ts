import { closeSync, existsSync, mkdtempSync, openSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockFile } from "../../../native/file-lock.ts";
import { INDEX_FILE, MANIFEST_FILE } from "../dataset/manifest.ts";

const PREFIX = ".inferbench-generating-";
/** In each: locked as long as the process lives that works there. */
const LOCK_FILE = ".lock";
/** Nothing else is ever put there. */
const OWN_NAMES = /^(sample_\d+\.bin|shard_\d+\.(tar|rec))$/;

/** A folder inside a directory, in which its samples are made. */
export interface Workshop {
  path: string;
  /** With all that is in it. */
  remove(): Promise<void>;
}

/** @throws the system error */
export function openWorkshop(root: string): Workshop {
  for (;;) {
    const path = mkdtempSync(join(root, PREFIX));
    const lock = openSync(join(path, LOCK_FILE), "w");
    // Another process may have taken it for a leftover before it was locked.
    if (lockFile(lock) !== "held" && existsSync(join(path, LOCK_FILE))) {
      return {
        path,
        async remove() {
          // NFS keeps files that are open in the way of their folder's removal.
          closeSync(lock);
          await rm(path, { recursive: true, force: true });
        },
      };
    }
    closeSync(lock);
  }
}

/**
 * Removes the workshops of processes that are gone: those that have its name, nothing but what is made there, and a lock that nobody
 * holds. What it cannot remove stays.
 */
export async function removeLeftovers(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(root, name);
    try {
      if (isLeftover(path)) await rm(path, { recursive: true, force: true });
    } catch {
      // Not ours to remove, or gone by now.
    }
  }
}

function isLeftover(path: string): boolean {
  const lock = openSync(join(path, LOCK_FILE), "r+");
  try {
    return lockFile(lock) === "ours" && readdirSync(path).every(isOwn);
  } finally {
    closeSync(lock);
  }
}

function isOwn(name: string): boolean {
  return OWN_NAMES.test(name) || [LOCK_FILE, INDEX_FILE, MANIFEST_FILE].includes(name);
}
