import { layouts } from "./layouts.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { failureOf, SUCCESS, type Value } from "./values.ts";

/** Shares of the driver's last sample period, 1/6 to 1 s by GPU. */
export interface Utilization {
  /** Time in which a kernel ran. */
  gpuPercent: Value;
  /** Time in which device memory was read or written. */
  memoryPercent: Value;
}

const { size, fields } = layouts.nvmlUtilization_t;
const place = new DataView(new ArrayBuffer(size));

export function readUtilization(nvml: Nvml, device: DeviceHandle): Utilization {
  const code = nvml.call("nvmlDeviceGetUtilizationRates", device, place);
  if (code !== SUCCESS) return { gpuPercent: failureOf(code), memoryPercent: failureOf(code) };
  return {
    gpuPercent: place.getUint32(fields.gpu, true),
    memoryPercent: place.getUint32(fields.memory, true),
  };
}
