import { findRapl } from "../../telemetry/energy/rapl.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/** The CPU's own energy counters. */
export function raplCheck({ root }: Machine): Check {
  const rapl = findRapl(root);
  if (!rapl.ok) return warn("rapl", rapl.reason, rapl.advice);
  return ok("rapl", `energy counters ${rapl.zones.map(({ name }) => name).join(", ")}`);
}
