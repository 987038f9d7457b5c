import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readCgroupLimits } from "../../results/environment/cgroup.ts";
import { readCpu } from "../../results/environment/cpu.ts";
import { readSystemFile } from "../../results/environment/system-file.ts";
import { type Check, none, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/** The load generator wants one core to itself, and its server another. */
const LEAST_CPUS = 2;

/** How many CPUs this process may use. */
export function cpuCheck({ root }: Machine): Check {
  const { model, logicalCount, allowedCount } = readCpu(root);
  const { cpus: quota } = readCgroupLimits(root);
  const usable = Math.min(allowedCount ?? logicalCount ?? Number.NaN, quota ?? Number.POSITIVE_INFINITY);
  const parts = [`${logicalCount ?? "unknown number of"} CPUs`];
  if (model !== null) parts.push(model);
  if (allowedCount !== null && allowedCount !== logicalCount) parts.push(`${allowedCount} for this process`);
  if (quota !== null) parts.push(`cgroup quota ${quota} CPUs`);
  const found = parts.join(", ");
  return usable < LEAST_CPUS
    ? warn("cpu", found, "Less than 2 CPUs: load generator and server would slow one another down.")
    : ok("cpu", found);
}

const CPUS = "sys/devices/system/cpu";

/** The frequency governor of all CPUs. */
export function governorCheck({ root }: Machine): Check {
  const governors = new Set(
    cpuNames(root)
      .map((cpu) => readSystemFile(root, `${CPUS}/${cpu}/cpufreq/scaling_governor`))
      .filter((governor) => governor !== null),
  );
  if (governors.size === 0) return none("governor", "none to see, as on most virtual machines");
  const found = [...governors].sort().join(", ");
  if (found === "performance") return ok("governor", found);
  return warn(
    "governor",
    found,
    "Clocks follow the load, which blurs short latencies: sudo cpupower frequency-set -g performance",
  );
}

function cpuNames(root: string): string[] {
  try {
    return readdirSync(join(root, CPUS)).filter((name) => /^cpu\d+$/.test(name));
  } catch {
    return [];
  }
}
