import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { INDEX_FILE, MANIFEST_FILE } from "../dataset/manifest.ts";

const PREFIX = ".inferbench-generating-";
/** Nothing else is ever put there. */
const OWN_NAMES = /^(sample_\d+\.bin|shard_\d+\.(tar|rec))$/;

/** Makes a folder inside a directory, in which its samples are made. @returns its path @throws the system error */
export function openWorkshop(root: string): string {
  return mkdtempSync(join(root, PREFIX));
}

/**
 * Removes the workshops of processes that are gone: those that have its name, and in them nothing but what is made there. What it cannot
 * remove stays. To be called by who has claimed the directory: no other is at work there.
 */
export async function removeLeftovers(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(root, name);
    try {
      if (readdirSync(path).every(isOwn)) await rm(path, { recursive: true, force: true });
    } catch {
      // Not ours to remove.
    }
  }
}

/**
 * The workshop out of which samples were being moved when their maker was killed: it has the manifest still, which goes last. To be asked
 * where no one makes samples.
 * @returns its path; null where there is none
 */
export function halfEmptied(root: string): string | null {
  if (!existsSync(join(root, INDEX_FILE)) || existsSync(join(root, MANIFEST_FILE))) return null;
  const names = readdirSync(root).filter((name) => name.startsWith(PREFIX));
  const name = names.find((one) => existsSync(join(root, one, MANIFEST_FILE)));
  return name === undefined ? null : join(root, name);
}

function isOwn(name: string): boolean {
  return OWN_NAMES.test(name) || name === INDEX_FILE || name === MANIFEST_FILE;
}
