import type { DeviceHandle, Nvml } from "./nvml.ts";
import type { Value } from "./values.ts";

/** nvmlClocksEventReasons, by bit, in the words of nvidia-smi's queries. */
const REASONS = [
  "gpu_idle",
  "applications_clocks_setting",
  "sw_power_cap",
  "hw_slowdown",
  "sync_boost",
  "sw_thermal_slowdown",
  "hw_thermal_slowdown",
  "hw_power_brake_slowdown",
  "display_clocks_setting",
] as const;

/** Why a clock is lower than it could be. */
export type ClockEvent = (typeof REASONS)[number];

/** Reasons that someone chose or that nothing was to do; the others hold back work that is there. */
const HARMLESS: readonly string[] = [
  "gpu_idle",
  "applications_clocks_setting",
  "display_clocks_setting",
] satisfies ClockEvent[];

/** The reasons in force, as a bit mask. */
export function readClockEvents(nvml: Nvml, device: DeviceHandle): Value {
  // The same under its name until driver 535.
  return nvml.has("nvmlDeviceGetCurrentClocksEventReasons")
    ? nvml.u64("nvmlDeviceGetCurrentClocksEventReasons", device)
    : nvml.u64("nvmlDeviceGetCurrentClocksThrottleReasons", device);
}

/** The names of a mask's bits, lowest first; a bit that this table does not know is named by its number. */
export function clockEventNames(mask: number): string[] {
  const names: string[] = [];
  for (let bit = 0, rest = mask; rest > 0; bit++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) names.push(REASONS[bit] ?? `bit_${bit}`);
  return names;
}

/** Whether a reason means that the GPU was held back. */
export function isThrottle(name: string): boolean {
  return !HARMLESS.includes(name);
}
