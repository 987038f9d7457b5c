import { dlopen, FFIType, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import { lastError } from "./file-io.ts";

/** statx(2), <linux/stat.h>: the call's numbers, and where in struct statx is what. */
const SYS_STATX = process.arch === "arm64" ? 291 : 332;
const AT_FDCWD = -100;
const STATX_DIOALIGN = 0x2000;
const STATX_BYTES = 256;
const MASK_AT = 0;
const DEVICE_MAJOR_AT = 0x88;
const DEVICE_MINOR_AT = 0x8c;
const MEMORY_ALIGN_AT = 0x98;
const OFFSET_ALIGN_AT = 0x9c;

/** Every block device that there is can do with this. */
const ASSUMED = 4096;

const long = FFIType.i64_fast;
const libc = dlopen("libc.so.6", {
  syscall: { args: [long, long, "ptr", long, long, "ptr"], returns: long },
}).symbols;

/** What memory, offset and length of an O_DIRECT read must be multiples of, in bytes, and who said so. */
export interface DirectAlignment {
  bytes: number;
  source: "statx" | "device" | "assumed";
}

/**
 * What O_DIRECT asks for in a file: as the kernel says (Linux 6.1, by file system), else the logical block of its device, else 4096.
 * @param sys another /sys, for tests
 * @param isAsked false: as on a kernel that does not say it, for tests
 * @returns null where the kernel says that this file cannot be read so
 * @throws SystemCallError
 */
export function directAlignment(path: string, sys = "/sys", isAsked = true): DirectAlignment | null {
  const stat = new Uint8Array(STATX_BYTES);
  const name = Buffer.from(`${path}\0`);
  const mask = isAsked ? STATX_DIOALIGN : 0;
  if (Number(libc.syscall(SYS_STATX, AT_FDCWD, ptr(name), 0, mask, ptr(stat))) !== 0)
    throw lastError("statx");
  const words = new DataView(stat.buffer);
  const word = (at: number) => words.getUint32(at, true);
  if ((word(MASK_AT) & mask & STATX_DIOALIGN) !== 0) {
    const bytes = Math.max(word(MEMORY_ALIGN_AT), word(OFFSET_ALIGN_AT));
    return word(OFFSET_ALIGN_AT) === 0 ? null : { bytes, source: "statx" };
  }
  const block = logicalBlock(sys, `${word(DEVICE_MAJOR_AT)}:${word(DEVICE_MINOR_AT)}`);
  return block === null ? { bytes: ASSUMED, source: "assumed" } : { bytes: block, source: "device" };
}

/** @param device major:minor; of a partition its disk's is taken; null where it is no block device (a network file system, tmpfs) */
function logicalBlock(sys: string, device: string): number | null {
  for (const folder of ["", "../"]) {
    try {
      const text = readFileSync(`${sys}/dev/block/${device}/${folder}queue/logical_block_size`, "utf8");
      const bytes = Number(text);
      if (Number.isInteger(bytes) && bytes > 0) return bytes;
    } catch {
      // Not there: look at the next.
    }
  }
  return null;
}
