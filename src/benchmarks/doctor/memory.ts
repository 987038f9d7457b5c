import { formatBytes } from "../../core/units.ts";
import { readCgroupLimits } from "../../results/environment/cgroup.ts";
import { readMemory } from "../../results/environment/memory.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/** A run of 1,000 streams takes 125 MB; its records and a tokenizer come on top. */
const LEAST_BYTES = 1e9;

/** Memory that is free, and what the cgroup allows. */
export function memoryCheck({ root }: Machine): Check {
  const { totalBytes, availableBytes } = readMemory(root);
  const { memoryBytes } = readCgroupLimits(root);
  if (totalBytes === null || availableBytes === null)
    return warn("memory", "the kernel does not say how much is free", "Is /proc mounted?");
  const limit = memoryBytes === null ? "" : `, cgroup limit ${formatBytes(memoryBytes)}`;
  const found = `${formatBytes(availableBytes)} free of ${formatBytes(totalBytes)}${limit}`;
  return Math.min(availableBytes, memoryBytes ?? availableBytes) < LEAST_BYTES
    ? warn("memory", found, "Under 1 GB: a large run may be killed.")
    : ok("memory", found);
}
