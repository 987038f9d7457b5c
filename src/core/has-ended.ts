import { readFileSync } from "node:fs";
import { systemCode } from "./errors.ts";

/** Whether a process has ended, though nobody may have asked for its exit code yet. */
export function hasEnded(pid: number): boolean {
  try {
    // Behind the name, which may hold anything, stands the state: Z for one that has ended.
    return /^ [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ""));
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes(systemCode(error) ?? "")) throw error;
    return true;
  }
}
