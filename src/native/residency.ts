import { dlopen, FFIType, type Pointer, ptr } from "bun:ffi";
import { accessSync, constants, fstatSync } from "node:fs";
import { mapFile } from "./file-io.ts";

/** The same number on every architecture; Linux 6.5 and later. Source: cachestat(2). */
const SYS_CACHESTAT = 451;
const PAGE_BYTES = pageSize();

const libc = dlopen("libc.so.6", {
  syscall: {
    args: [FFIType.i64_fast, FFIType.i64_fast, "ptr", "ptr", FFIType.i64_fast],
    returns: FFIType.i64_fast,
  },
  mincore: { args: ["ptr", "usize", "ptr"], returns: "i32" },
}).symbols;

export type ResidencyMethod = "cachestat" | "mincore";

/** How much of a file the page cache holds. */
export interface Residency {
  method: ResidencyMethod;
  pages: number;
  cachedPages: number;
}

/**
 * Pages of a file in the page cache, without changing anything there.
 *
 * The kernel tells it only to who owns the file or may write it (others could watch what its users do). cachestat refuses others, mincore
 * reports every page as there: it is asked only where it tells the truth.
 * @param bytes the file's size
 * @param byCachestat the pages by the system call; null where it is not to be had
 * @returns null where the kernel does not tell
 */
export function residencyOf(fd: number, bytes: number, byCachestat = askCachestat): Residency | null {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages === 0) return { method: "cachestat", pages: 0, cachedPages: 0 };
  const cachedPages = byCachestat(fd, bytes);
  if (cachedPages !== null) return { method: "cachestat", pages, cachedPages };
  const inMapping = isOwnedOrWritable(fd) ? askMincore(fd, bytes, pages) : null;
  return inMapping === null ? null : { method: "mincore", pages, cachedPages: inMapping };
}

/** struct cachestat_range {off, len} and struct cachestat {nr_cache, …}, <linux/mman.h>. */
function askCachestat(fd: number, bytes: number): number | null {
  const range = BigUint64Array.of(0n, BigInt(bytes));
  const counts = new BigUint64Array(5);
  const result = Number(libc.syscall(SYS_CACHESTAT, fd, ptr(range), ptr(counts), 0));
  return result === 0 ? Number(counts[0]!) : null;
}

/** The kernel's own condition (can_do_mincore, can_do_cachestat), but for who has CAP_FOWNER alone. */
function isOwnedOrWritable(fd: number): boolean {
  if (fstatSync(fd).uid === process.geteuid?.()) return true;
  try {
    accessSync(`/proc/self/fd/${fd}`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** One byte a page, its lowest bit set where the page is in memory. */
function askMincore(fd: number, bytes: number, pages: number): number | null {
  const mapping = mapFile(fd, bytes);
  try {
    const flags = new Uint8Array(pages);
    if (libc.mincore(mapping.address as Pointer, bytes, ptr(flags)) !== 0) return null;
    let cached = 0;
    for (const flag of flags) cached += flag & 1;
    return cached;
  } finally {
    mapping.unmap();
  }
}

function pageSize(): number {
  const SC_PAGESIZE = 30;
  const { sysconf } = dlopen("libc.so.6", { sysconf: { args: ["i32"], returns: FFIType.i64_fast } }).symbols;
  return Number(sysconf(SC_PAGESIZE));
}
