import { availableParallelism } from "node:os";
import { readCgroupLimits } from "./cgroup.ts";

/** Cores that this process may use beside one for all else on the machine; at least 1. */
export function spareCores(): number {
  const cores = Math.min(availableParallelism(), readCgroupLimits("/").cpus ?? Number.POSITIVE_INFINITY);
  return Math.max(1, Math.floor(cores) - 1);
}
