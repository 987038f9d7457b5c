import { writeSync } from "node:fs";
import { systemCode } from "./errors.ts";

/** Writes bytes at the file's position and returns how many were taken, as `fs.writeSync` does. */
export type WriteSome = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * Writes all of `bytes`, however often the system takes only a part.
 * @param onProgress told how many bytes are in the file so far; the last word before a throw
 * @throws the system error that stopped it (ENOSPC, EFBIG, EIO, …)
 */
export function writeFully(
  fd: number,
  bytes: Uint8Array,
  onProgress: (written: number) => void = () => {},
  write: WriteSome = writeSync,
): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += write(fd, bytes, written, bytes.length - written);
      onProgress(written);
    } catch (error) {
      if (systemCode(error) !== "EINTR") throw error;
    }
  }
}
