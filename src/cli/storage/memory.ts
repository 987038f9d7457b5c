import { environmentError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { readCgroupFreeBytes } from "../../results/environment/cgroup.ts";
import { readMemory } from "../../results/environment/memory.ts";

/** Of the memory that is free, for the microbatches in flight. */
const MEMORY_SHARE = 0.9;

/**
 * Buffers are touched before the run: beyond what is free, the kernel would end the process.
 * @param bytes that this process is going to take
 * @param processes that take as much on this machine, this one included; none of them has done so yet
 * @throws ToolError MEMORY
 */
export function checkMemory(bytes: number, processes: number, free = freeMemoryBytes()): void {
  if (bytes * processes < MEMORY_SHARE * free) return;
  const whose = processes === 1 ? "" : ` in each of ${processes} ranks on this machine`;
  throw environmentError(
    "MEMORY",
    `the microbatches in flight need ${formatBytes(bytes)} of memory${whose}, and ${formatBytes(free)} are free`,
    "Take fewer readers (--num-workers), less prefetching (--prefetch-depth) or smaller microbatches (--mbs).",
  );
}

/** What this machine, and its control groups, have left; Infinity where that is not told. */
export function freeMemoryBytes(): number {
  const { availableBytes } = readMemory("/");
  return Math.min(
    availableBytes ?? Number.POSITIVE_INFINITY,
    readCgroupFreeBytes("/") ?? Number.POSITIVE_INFINITY,
  );
}
