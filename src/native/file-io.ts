import { dlopen, FFIType, type Pointer, ptr, read, toArrayBuffer } from "bun:ffi";
import { constants, openSync } from "node:fs";
import { systemErrorName } from "./errno.ts";

/** Of `posix_fadvise(2)` and `mmap(2)`, <linux/fadvise.h> and <asm-generic/mman.h>: the same on x86-64 and arm64. */
const POSIX_FADV_RANDOM = 1;
const POSIX_FADV_DONTNEED = 4;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MADV_HUGEPAGE = 14;

const libc = dlopen("libc.so.6", {
  pread: { args: ["i32", "ptr", "usize", FFIType.i64_fast], returns: FFIType.i64_fast },
  posix_fadvise: { args: ["i32", FFIType.i64_fast, FFIType.i64_fast, "i32"], returns: "i32" },
  fdatasync: { args: ["i32"], returns: "i32" },
  mmap: { args: ["ptr", "usize", "i32", "i32", "i32", FFIType.i64_fast], returns: FFIType.i64_fast },
  munmap: { args: ["ptr", "usize"], returns: "i32" },
  madvise: { args: ["ptr", "usize", "i32"], returns: "i32" },
  memcpy: { args: ["ptr", "ptr", "usize"], returns: "ptr" },
  __errno_location: { args: [], returns: "ptr" },
}).symbols;

/** A failed system call; `code` as in Node's own errors (`EIO`, `EINVAL`, …). */
export class SystemCallError extends Error {
  readonly code: string;
  readonly errno: number;

  constructor(call: string, errno: number) {
    const code = systemErrorName(errno);
    super(`${call}: ${code}`);
    this.code = code;
    this.errno = errno;
  }
}

/** Of the calling thread; to be read right after the call that failed. */
export function lastError(call: string): SystemCallError {
  return new SystemCallError(call, read.i32(libc.__errno_location()!, 0));
}

/**
 * Opens a file for reading.
 * @param direct with O_DIRECT, past the page cache
 * @returns a file descriptor
 * @throws the system error, EINVAL where the file system has no O_DIRECT
 */
export function openForReading(path: string, direct: boolean): number {
  return openSync(path, constants.O_RDONLY | (direct ? constants.O_DIRECT : 0));
}

/**
 * One blocking read of at most `bytes` at `offset` into memory at `address`; another try where a signal came between.
 * @returns the bytes read, fewer at the file's end
 * @throws SystemCallError
 */
export function readAt(fd: number, address: number, bytes: number, offset: number): number {
  for (;;) {
    const got = Number(libc.pread(fd, address as Pointer, bytes, offset));
    if (got >= 0) return got;
    const error = lastError("pread");
    if (error.code !== "EINTR") throw error;
  }
}

/** Keeps the kernel from reading ahead in a file, through this descriptor; where it does not listen, it reads more than was asked for. */
export function adviseRandom(fd: number): void {
  libc.posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
}

/** Asks the kernel to drop a file's pages, which it does for those that are clean and not mapped. @throws SystemCallError */
export function dropPages(fd: number): void {
  if (libc.fdatasync(fd) !== 0) throw lastError("fdatasync");
  const errno = libc.posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  if (errno !== 0) throw new SystemCallError("posix_fadvise", errno);
}

/** A file mapped into memory; reading beyond its end, or of a file that was cut, kills the process (SIGBUS). */
export interface Mapping {
  address: number;
  unmap(): void;
}

/** Maps the first `bytes` (> 0) of a file for reading. @throws SystemCallError */
export function mapFile(fd: number, bytes: number): Mapping {
  const address = Number(libc.mmap(null, bytes, PROT_READ, MAP_SHARED, fd, 0));
  if (!isAddress(address)) throw lastError("mmap");
  return { address, unmap: () => libc.munmap(address as Pointer, bytes) };
}

/** Copies bytes between two places of this process that do not overlap. */
export function copyMemory(to: number, from: number, bytes: number): void {
  libc.memcpy(to as Pointer, from as Pointer, bytes);
}

/** Memory outside of the garbage collector's, one address for all threads. */
export interface NativeMemory {
  /** A multiple of the page size. */
  address: number;
  bytes: Uint8Array;
  free(): void;
}

/**
 * Page-aligned memory, each page touched, so that the first read into it costs what the later ones do.
 * @param bytes > 0
 * @throws SystemCallError ENOMEM
 */
export function allocateTouched(bytes: number): NativeMemory {
  const address = Number(libc.mmap(null, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (!isAddress(address)) throw lastError("mmap");
  // Huge pages where the kernel has them; else as it is.
  libc.madvise(address as Pointer, bytes, MADV_HUGEPAGE);
  const view = memoryAt(address, bytes);
  view.fill(1);
  return { address, bytes: view, free: () => libc.munmap(address as Pointer, bytes) };
}

/** The bytes at an address that stays allocated as long as the view is used. */
export function memoryAt(address: number, bytes: number): Uint8Array {
  return new Uint8Array(toArrayBuffer(address as Pointer, 0, bytes));
}

/** MAP_FAILED is the largest address there is; user space ends far below 2^53. */
function isAddress(address: number): boolean {
  return address > 0 && address < 2 ** 53;
}

/** The address of a typed array's first byte, for as long as it is referenced. */
export function addressOf(view: NodeJS.TypedArray): number {
  return ptr(view);
}
