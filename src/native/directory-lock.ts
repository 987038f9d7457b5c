import { dlopen } from "bun:ffi";
import { closeSync, constants as open, openSync } from "node:fs";
import { constants } from "node:os";
import { lastError } from "./file-io.ts";

const libc = dlopen("libc.so.6", {
  flock: { args: ["i32", "i32"], returns: "i32" },
}).symbols;

/** flock(2): an exclusive lock, and no waiting for it. */
const LOCK_EX_NB = 2 | 4;

/** A directory that this process alone works in. */
export interface DirectoryLock {
  /** Gives it up; the kernel does so, too, however the process ends. */
  release(): void;
}

/**
 * Locks a directory for as long as this process lives, without a file in it. Where the file system knows no locks (some of the network's),
 * nothing is locked, and nothing is in the way.
 * @returns null where another process has it
 * @throws the system's error where there is no such directory
 */
export function lockDirectory(path: string): DirectoryLock | null {
  const fd = openSync(path, open.O_RDONLY | open.O_DIRECTORY);
  if (libc.flock(fd, LOCK_EX_NB) !== 0 && lastError("flock").errno === constants.errno.EWOULDBLOCK) {
    closeSync(fd);
    return null;
  }
  return { release: () => closeSync(fd) };
}
