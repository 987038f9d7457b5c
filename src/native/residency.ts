import { dlopen, FFIType, type Pointer, ptr } from "bun:ffi";
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

/** How much of a file the page cache holds. */
export interface Residency {
  pages: number;
  cachedPages: number;
}

export type ResidencyMethod = "cachestat" | "mincore";

/**
 * Pages of a file in the page cache, without changing anything there.
 * @param bytes the file's size
 * @returns null where the kernel tells neither way
 */
export function residencyOf(fd: number, bytes: number, method: ResidencyMethod): Residency | null {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages === 0) return { pages: 0, cachedPages: 0 };
  const cachedPages = method === "cachestat" ? byCachestat(fd, bytes) : byMincore(fd, bytes, pages);
  return cachedPages === null ? null : { pages, cachedPages };
}

/** struct cachestat_range {off, len} and struct cachestat {nr_cache, …}, <linux/mman.h>. */
function byCachestat(fd: number, bytes: number): number | null {
  const range = BigUint64Array.of(0n, BigInt(bytes));
  const counts = new BigUint64Array(5);
  const result = Number(libc.syscall(SYS_CACHESTAT, fd, ptr(range), ptr(counts), 0));
  return result === 0 ? Number(counts[0]!) : null;
}

/** One byte a page, its lowest bit set where the page is in memory. */
function byMincore(fd: number, bytes: number, pages: number): number | null {
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
