import { environmentError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import { readCgroupLimits } from "../../results/environment/cgroup.ts";
import { readMemory } from "../../results/environment/memory.ts";

/** Of the memory that is free, for the microbatches in flight. */
const MEMORY_SHARE = 0.9;

/** Buffers are touched before the run: beyond what is free, the kernel would end the process. @throws ToolError MEMORY */
export function checkMemory(bytes: number): void {
  const free = freeMemoryBytes();
  if (bytes < MEMORY_SHARE * free) return;
  throw environmentError(
    "MEMORY",
    `the microbatches in flight need ${formatBytes(bytes)} of memory, and ${formatBytes(free)} are free`,
    "Take fewer readers (--num-workers), less prefetching (--prefetch-depth) or smaller microbatches (--mbs).",
  );
}

/** What this machine, and its control group, have left; Infinity where that is not told. */
export function freeMemoryBytes(): number {
  const { availableBytes } = readMemory("/");
  const { memoryBytes } = readCgroupLimits("/");
  return Math.min(availableBytes ?? Number.POSITIVE_INFINITY, memoryBytes ?? Number.POSITIVE_INFINITY);
}
