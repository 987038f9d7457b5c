import { dlopen } from "bun:ffi";
import { statfsSync } from "node:fs";
import { release } from "node:os";
import { lastError } from "./file-io.ts";

const libc = dlopen("libc.so.6", { syncfs: { args: ["i32"], returns: "i32" } }).symbols;

/**
 * File systems whose files are all on the disk when syncfs(2) returns: ext4, xfs, btrfs, f2fs, tmpfs, overlay. FUSE, for one, does not
 * pass it on to who keeps the data. Source: <linux/magic.h>
 */
const KNOWN: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630,
]);
/** Until then it did not say that data were lost. Source: syncfs(2), "Errors" */
const SAYS_ERRORS_SINCE = 5.08;

/** Whether syncing the file system that a path is on does for its files what fsync does, and says what it could not write. */
export function syncsWhole(path: string, kernel = release()): boolean {
  const [major = 0, minor = 0] = kernel.split(/[.-]/).map(Number);
  return major + minor / 100 >= SAYS_ERRORS_SINCE && KNOWN.has(statfsSync(path).type);
}

/**
 * Waits until everything on an open file's file system is on the disk: seconds, in which the calling thread does nothing else.
 * @param fd opened before the first of it was written, so that it hears of all that could not be
 * @returns 0, or the errno of what went wrong
 */
export function syncFileSystem(fd: number): number {
  return libc.syncfs(fd) === 0 ? 0 : lastError("syncfs").errno;
}
