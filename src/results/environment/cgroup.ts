import { dirname, join } from "node:path";
import { readSystemFile } from "./system-file.ts";

/** What the control groups of this process allow it; null where there is no limit. */
export interface CgroupLimits {
  /** Hierarchy that the limits were read from; null when there is none to read. */
  version: 1 | 2 | null;
  /** CPU time a second, in CPUs (quota / period). */
  cpus: number | null;
  memoryBytes: number | null;
}

const UNIFIED = "sys/fs/cgroup";
const MEMORY_V1 = "sys/fs/cgroup/memory";

/** Reads a file of one group, or null where it has no such file. */
type GroupFile = (name: string) => string | null;

/**
 * The tightest limits from this process's own groups up to the root. A container often sees its group's files at the root of
 * /sys/fs/cgroup while /proc/self/cgroup names a path of the host, so paths that do not exist here are passed over.
 * @param root `/`, or a stand-in tree in tests
 */
export function readCgroupLimits(root: string): CgroupLimits {
  const paths = controllerPaths(readSystemFile(root, "proc/self/cgroup") ?? "");
  const unified = paths.get("");
  const [cpuV1, memoryV1] = [paths.get("cpu"), paths.get("memory")];
  const ofUnified = (limitOf: (file: GroupFile) => number | null) =>
    unified === undefined ? null : tightest(root, UNIFIED, unified, limitOf);
  return {
    version: cpuV1 !== undefined || memoryV1 !== undefined ? 1 : unified === undefined ? null : 2,
    cpus: cpuV1 === undefined ? ofUnified(cpuMax) : tightest(root, "sys/fs/cgroup/cpu", cpuV1, cpuQuota),
    memoryBytes:
      memoryV1 === undefined
        ? ofUnified((file) => bytesOf(file("memory.max")))
        : tightest(root, MEMORY_V1, memoryV1, (file) => bytesOf(file("memory.limit_in_bytes"))),
  };
}

/**
 * What the control groups of this process have left of their memory; cached pages of files do not count as taken: the kernel
 * drops them when the memory is wanted, as MemAvailable has it.
 * @param root `/`, or a stand-in tree in tests
 * @returns null where there is no limit
 */
export function readCgroupFreeBytes(root: string): number | null {
  const paths = controllerPaths(readSystemFile(root, "proc/self/cgroup") ?? "");
  const [unified, memoryV1] = [paths.get(""), paths.get("memory")];
  if (memoryV1 !== undefined) {
    return tightest(root, MEMORY_V1, memoryV1, (file) =>
      freeBytes(file, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
    );
  }
  if (unified === undefined) return null;
  return tightest(root, UNIFIED, unified, (file) => freeBytes(file, "memory.max", "memory.current", ""));
}

/** @param prefix of the names in memory.stat */
function freeBytes(file: GroupFile, limitName: string, usedName: string, prefix: string): number | null {
  const limit = bytesOf(file(limitName));
  if (limit === null) return null;
  const stat = file("memory.stat") ?? "";
  const cached = ["inactive_file", "active_file"].map((name) =>
    Number(new RegExp(`^${prefix}${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0),
  );
  return Math.max(0, limit - (bytesOf(file(usedName)) ?? 0) + cached[0]! + cached[1]!);
}

/** The least over a group and those above it; null where none has a limit. */
function tightest(
  root: string,
  mount: string,
  path: string,
  limitOf: (file: GroupFile) => number | null,
): number | null {
  const limits = groupsUpFrom(path).map((group) =>
    limitOf((name) => readSystemFile(root, join(mount, group, name))),
  );
  const set = limits.filter((limit) => limit !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** Controller name (empty for the unified hierarchy) to path, from lines such as `4:cpu,cpuacct:/docker/ab` and `0::/user`. */
function controllerPaths(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    for (const name of match?.[1]?.split(",") ?? []) paths.set(name, match![2]!);
  }
  return paths;
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function groupsUpFrom(path: string): string[] {
  const groups = [join("/", path)];
  while (groups.at(-1) !== "/") groups.push(dirname(groups.at(-1)!));
  return groups;
}

/** Version 2: `max 100000`, or `150000 100000` for 1.5 CPUs. */
function cpuMax(file: GroupFile): number | null {
  const [quota, period] = (file("cpu.max") ?? "").split(" ");
  return ratio(quota, period);
}

/** Version 1: -1 for no limit. */
function cpuQuota(file: GroupFile): number | null {
  return ratio(file("cpu.cfs_quota_us"), file("cpu.cfs_period_us"));
}

function ratio(quota: string | null | undefined, period: string | null | undefined): number | null {
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? cpus : null;
}

/** Version 1 writes "no limit" as the largest multiple of a page in 63 bits; nothing from 2^60 on is a limit. */
function bytesOf(text: string | null): number | null {
  const bytes = text === null ? Number.NaN : Number(text);
  return bytes < 2 ** 60 ? bytes : null;
}
