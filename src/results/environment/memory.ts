import { fieldOf, readSystemFile } from "./system-file.ts";

export interface Memory {
  totalBytes: number | null;
  /** What could be allocated without swapping, at the time of reading. */
  availableBytes: number | null;
}

/** @param root `/`, or a stand-in tree in tests */
export function readMemory(root: string): Memory {
  const info = readSystemFile(root, "proc/meminfo");
  return {
    totalBytes: bytesOf(fieldOf(info, "MemTotal")),
    availableBytes: bytesOf(fieldOf(info, "MemAvailable")),
  };
}

/** /proc/meminfo says `kB` and means 1024 bytes. */
function bytesOf(field: string | null): number | null {
  const match = /^(\d+) kB$/.exec(field ?? "");
  return match === null ? null : Number(match[1]) * 1024;
}
