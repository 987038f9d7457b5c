import { readSystemFile } from "../../results/environment/system-file.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

const FOLDER = "sys/devices/system/clocksource/clocksource0";
/** Clock sources that a program can only read through a system call: a microsecond or more each time. */
const SLOW = ["hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit", "xen"];

/** What CLOCK_MONOTONIC is read from. */
export function clockCheck({ root }: Machine): Check {
  const current = readSystemFile(root, `${FOLDER}/current_clocksource`);
  if (current === null) return warn("clock", "the kernel does not name its clock source", "Is /sys mounted?");
  if (!SLOW.includes(current)) return ok("clock", current);
  const available = readSystemFile(root, `${FOLDER}/available_clocksource`) ?? "";
  return warn(
    "clock",
    `${current}, of ${available}`,
    available.split(" ").includes("tsc")
      ? `Reading it is slow: echo tsc | sudo tee /${FOLDER}/current_clocksource`
      : "Reading it is slow: each time stamp costs a microsecond or more.",
  );
}
