import { fieldIds, readFields } from "./fields.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { mapValue, type Value } from "./values.ts";

export interface Power {
  /** As nvidia-smi's power.draw: since Ampere (but for GA100) the mean of the last second. */
  drawW: Value;
  /** At this moment. */
  instantW: Value;
  /** The lowest of all limits in force. */
  limitW: Value;
  /** Since the driver was loaded. */
  energyJ: Value;
}

const toUnits = (thousandths: number) => thousandths / 1000;

export function readPowerDraw(nvml: Nvml, device: DeviceHandle): Value {
  return mapValue(nvml.u32("nvmlDeviceGetPowerUsage", device), toUnits);
}

export function readPowerInstant(nvml: Nvml, device: DeviceHandle): Value {
  return mapValue(readFields(nvml, device, [fieldIds.powerInstantMw])[0]!, toUnits);
}

/** The counter goes on in steps of about 100 ms, and reading it takes milliseconds on some drivers. */
export function readEnergy(nvml: Nvml, device: DeviceHandle): Value {
  return mapValue(nvml.u64("nvmlDeviceGetTotalEnergyConsumption", device), toUnits);
}

export function readPowerLimit(nvml: Nvml, device: DeviceHandle): Value {
  return mapValue(nvml.u32("nvmlDeviceGetEnforcedPowerLimit", device), toUnits);
}

export function readPower(nvml: Nvml, device: DeviceHandle): Power {
  return {
    drawW: readPowerDraw(nvml, device),
    instantW: readPowerInstant(nvml, device),
    limitW: readPowerLimit(nvml, device),
    energyJ: readEnergy(nvml, device),
  };
}
