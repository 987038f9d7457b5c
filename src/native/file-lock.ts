import { dlopen } from "bun:ffi";
import { constants } from "node:os";
import { lastError } from "./file-io.ts";

/** <sys/file.h>: the same on x86-64 and arm64. */
const LOCK_EX = 2;
const LOCK_NB = 4;

const libc = dlopen("libc.so.6", { flock: { args: ["i32", "i32"], returns: "i32" } }).symbols;

/**
 * Takes the lock of an open file, which goes away with its descriptor, however the process ends.
 * @returns `held` where another descriptor has it, `unknown` where the file system has no locks
 */
export function lockFile(fd: number): "ours" | "held" | "unknown" {
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) return "ours";
  return lastError("flock").errno === constants.errno.EAGAIN ? "held" : "unknown";
}
