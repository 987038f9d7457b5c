import { fieldOf, readSystemFile } from "./system-file.ts";

export interface Cpu {
  model: string | null;
  /** CPUs that are online. */
  logicalCount: number | null;
  /** CPUs that this process may run on (cpuset and affinity), which may be fewer. */
  allowedCount: number | null;
}

/** Part numbers of Arm's own server cores (MIDR_EL1), as in util-linux's lscpu-arm.c; their /proc/cpuinfo has no model name. */
const ARM_CORES: Readonly<Record<string, string>> = {
  "0xd0c": "Arm Neoverse-N1",
  "0xd40": "Arm Neoverse-V1",
  "0xd49": "Arm Neoverse-N2",
  "0xd4f": "Arm Neoverse-V2",
};

/** @param root `/`, or a stand-in tree in tests */
export function readCpu(root: string): Cpu {
  const info = readSystemFile(root, "proc/cpuinfo");
  const allowed = fieldOf(readSystemFile(root, "proc/self/status"), "Cpus_allowed_list");
  const online = readSystemFile(root, "sys/devices/system/cpu/online");
  return {
    model: fieldOf(info, "model name") ?? armModel(info),
    logicalCount: online === null ? countProcessors(info) : countCpus(online),
    allowedCount: allowed === null ? null : countCpus(allowed),
  };
}

function armModel(info: string | null): string | null {
  const implementer = fieldOf(info, "CPU implementer");
  const part = fieldOf(info, "CPU part");
  if (implementer === null || part === null) return null;
  const known = implementer === "0x41" ? ARM_CORES[part] : undefined;
  return known ?? `implementer ${implementer} part ${part}`;
}

function countProcessors(info: string | null): number | null {
  const count = info?.match(/^processor\s*:/gm)?.length ?? 0;
  return count > 0 ? count : null;
}

/** How many CPUs a kernel list names: `0-3,8` → 5. Null when the text is no list. */
export function countCpus(list: string): number | null {
  let count = 0;
  for (const part of list.split(",")) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (range === null) return null;
    count += Number(range[2] ?? range[1]) - Number(range[1]) + 1;
  }
  return count;
}
