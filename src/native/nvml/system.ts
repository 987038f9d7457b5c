import type { Nvml } from "./nvml.ts";
import { mapValue, type Value } from "./values.ts";

export interface NvmlVersions {
  driver: Value<string>;
  nvml: Value<string>;
  /** The newest CUDA that the driver supports, such as `12.8`. */
  cuda: Value<string>;
}

/** NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE and its sister. */
const VERSION_SIZE = 80;

export function readVersions(nvml: Nvml): NvmlVersions {
  return {
    driver: nvml.text("nvmlSystemGetDriverVersion", VERSION_SIZE),
    nvml: nvml.text("nvmlSystemGetNVMLVersion", VERSION_SIZE),
    // 12080 is 12.8.
    cuda: mapValue(
      nvml.u32("nvmlSystemGetCudaDriverVersion_v2"),
      (number) => `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`,
    ),
  };
}
