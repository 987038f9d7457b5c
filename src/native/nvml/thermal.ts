import { fieldIds, readFields } from "./fields.ts";
import { layouts, structVersion } from "./layouts.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { failureOf, SUCCESS, type Value } from "./values.ts";

export interface Thermal {
  gpuC: Value;
  /** Of HBM; most other memory has no sensor. */
  memoryC: Value;
  /** Share of the fan's full speed; no value on server cards, which have none. */
  fanPercent: Value;
}

/** NVML_TEMPERATURE_GPU, the one sensor that every GPU has. */
const GPU_SENSOR = 0;

export function readTemperature(nvml: Nvml, device: DeviceHandle): Value {
  if (nvml.has("nvmlDeviceGetTemperature")) return nvml.u32("nvmlDeviceGetTemperature", device, GPU_SENSOR);
  // nvml.h 13 calls the one above deprecated; this is what takes its place.
  const { size, fields } = layouts.nvmlTemperature_v1_t;
  const place = new DataView(new ArrayBuffer(size));
  place.setUint32(fields.version, structVersion({ size }, 1), true);
  place.setUint32(fields.sensorType, GPU_SENSOR, true);
  const code = nvml.call("nvmlDeviceGetTemperatureV", device, place);
  return code === SUCCESS ? place.getInt32(fields.temperature, true) : failureOf(code);
}

export function readMemoryTemperature(nvml: Nvml, device: DeviceHandle): Value {
  return readFields(nvml, device, [fieldIds.memoryTemperatureC])[0]!;
}

export function readThermal(nvml: Nvml, device: DeviceHandle): Thermal {
  return {
    gpuC: readTemperature(nvml, device),
    memoryC: readMemoryTemperature(nvml, device),
    fanPercent: nvml.u32("nvmlDeviceGetFanSpeed", device),
  };
}
