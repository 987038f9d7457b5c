import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes one zone of a stand-in /sys/class/powercap below `root`: for tests. @returns sets its counter, in µJ */
export function fakeZone(
  root: string,
  folder: string,
  name: string,
  startUj: number,
  rangeUj = 262_143_328_850,
): (uj: number) => void {
  const path = join(root, "sys/class/powercap", folder);
  mkdirSync(path, { recursive: true });
  const set = (uj: number) => writeFileSync(join(path, "energy_uj"), `${uj}\n`);
  writeFileSync(join(path, "name"), `${name}\n`);
  writeFileSync(join(path, "max_energy_range_uj"), `${rangeUj}\n`);
  set(startUj);
  return set;
}
