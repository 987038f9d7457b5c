import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, systemCode } from "../../core/errors.ts";

/** A counter of the processor's own energy meter (RAPL). */
export interface RaplZone {
  /** As the kernel names it: `package-0`, `package-0-die-1`, `psys`. */
  name: string;
  /** `package`: a socket. `platform`: all that the mainboard feeds, the packages included, so never added to them. */
  kind: "package" | "platform";
  /** File of the counter, in µJ. */
  path: string;
  /** Where the counter begins anew at 0, in µJ. */
  rangeUj: number;
}

export type RaplFinding = { ok: true; zones: RaplZone[] } | { ok: false; reason: string; advice: string };

const FOLDER = "sys/class/powercap";
/**
 * A zone at the top: `intel-rapl:0`, on AMD too. Zones below it (`intel-rapl:0:0`) are parts of it, and `intel-rapl-mmio:0` is the
 * same meter by another way. https://docs.kernel.org/power/powercap/powercap.html
 */
const TOP_ZONE = /^intel-rapl:\d+$/;

/**
 * Looks for the energy counters of the CPU packages, and tries to read each.
 * @param root `/`, or a stand-in tree in tests
 * @param readCounter reads one counter, in µJ; throws the system's error
 */
export function findRapl(root = "/", readCounter = readCounterUj): RaplFinding {
  let names: string[];
  try {
    names = readdirSync(join(root, FOLDER));
  } catch {
    names = [];
  }
  const zones: RaplZone[] = [];
  for (const folder of names.filter((name) => TOP_ZONE.test(name)).sort()) {
    const path = join(root, FOLDER, folder);
    let zone: RaplZone | null;
    try {
      zone = zoneIn(path);
      if (zone !== null) readCounter(zone);
    } catch (error) {
      return unreadable(path, error);
    }
    if (zone !== null) zones.push(zone);
  }
  if (zones.some(({ kind }) => kind === "package")) return { ok: true, zones };
  return {
    ok: false,
    reason: `no CPU energy counter (RAPL) below ${join(root, FOLDER)}`,
    advice: "Virtual machines rarely show one. On real hardware: modprobe intel_rapl_msr.",
  };
}

/** The counter's value, in µJ. @throws the system's error */
export function readCounterUj({ path }: RaplZone): number {
  const value = Number(readFileSync(path, "utf8"));
  if (!Number.isFinite(value)) throw new Error(`${path} holds no number`);
  return value;
}

function zoneIn(folder: string): RaplZone | null {
  const read = (file: string) => readFileSync(join(folder, file), "utf8").trim();
  const name = read("name");
  const kind = /^package-\d+/.test(name) ? "package" : name === "psys" ? "platform" : null;
  if (kind === null) return null;
  return { name, kind, path: join(folder, "energy_uj"), rangeUj: Number(read("max_energy_range_uj")) };
}

function unreadable(folder: string, error: unknown): RaplFinding {
  const isDenied = ["EACCES", "EPERM"].includes(systemCode(error) ?? "");
  return {
    ok: false,
    reason: isDenied
      ? `permission: ${join(folder, "energy_uj")} is for root alone`
      : `${join(folder, "energy_uj")} cannot be read: ${messageOf(error)}`,
    // Since CVE-2020-8694 the kernel keeps it from ordinary users.
    advice: "Run as root, or: sudo chmod o+r /sys/class/powercap/intel-rapl:*/energy_uj",
  };
}
