import type { DeviceHandle, Nvml } from "./nvml.ts";
import { mapValue, type Value } from "./values.ts";

export interface DeviceState {
  /** `P0`, the fastest, to `P15`. */
  performanceState: Value<string>;
  /** Who may use it: `default` is everyone. */
  computeMode: Value<string>;
}

/** nvmlComputeMode_t. */
const COMPUTE_MODES = ["default", "exclusive-thread", "prohibited", "exclusive-process"];
/** NVML_PSTATE_UNKNOWN is 32. */
const LAST_PERFORMANCE_STATE = 15;

export function readState(nvml: Nvml, device: DeviceHandle): DeviceState {
  return {
    performanceState: mapValue(nvml.u32("nvmlDeviceGetPerformanceState", device), (state) =>
      state > LAST_PERFORMANCE_STATE ? "unsupported" : `P${state}`,
    ),
    computeMode: mapValue(
      nvml.u32("nvmlDeviceGetComputeMode", device),
      (mode) => COMPUTE_MODES[mode] ?? `mode ${mode}`,
    ),
  };
}
