import { closeSync, constants, openSync } from "node:fs";
import { lockFile } from "./file-lock.ts";

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
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  if (lockFile(fd) !== "held") return { release: () => closeSync(fd) };
  closeSync(fd);
  return null;
}
