import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The text of a file under /proc, /sys or /etc without its last line end, or null when it cannot be read: each of these may
 * be absent in a container.
 * @param root `/`, or a stand-in tree in tests
 */
export function readSystemFile(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), "utf8").trimEnd();
  } catch {
    return null;
  }
}

/** The value of the first `Name: value` line (/proc/cpuinfo, /proc/meminfo, /proc/self/status), or null. */
export function fieldOf(text: string | null, name: string): string | null {
  for (const line of text?.split("\n") ?? []) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).trim() === name) return line.slice(colon + 1).trim();
  }
  return null;
}
