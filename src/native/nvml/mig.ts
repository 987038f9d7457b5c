import { readUuid } from "./identity.ts";
import { type DeviceMemory, readMemory } from "./memory.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { isKnown, mapValue, type Value } from "./values.ts";

/** A part of a GPU (Multi-Instance GPU). */
export interface MigDevice {
  /** Its number on its GPU. */
  index: number;
  handle: DeviceHandle;
  uuid: Value<string>;
  gpuInstanceId: Value;
  computeInstanceId: Value;
}

export interface MigDeviceReading extends Omit<MigDevice, "handle"> {
  memory: DeviceMemory;
}

/** Whether the GPU is divided. */
export function readMigMode(nvml: Nvml, device: DeviceHandle): Value<boolean> {
  return mapValue(nvml.u32Pair("nvmlDeviceGetMigMode", device), ([current]) => current === 1);
}

/** The parts of a GPU; none where it is not divided or cannot be. */
export function listMigDevices(nvml: Nvml, device: DeviceHandle): MigDevice[] {
  if (readMigMode(nvml, device) !== true) return [];
  const most = nvml.u32("nvmlDeviceGetMaxMigDeviceCount", device);
  const found: MigDevice[] = [];
  for (let index = 0; isKnown(most) && index < most; index++) {
    const handle = nvml.handle("nvmlDeviceGetMigDeviceHandleByIndex", device, index);
    // Numbers without a device lie between those with one.
    if (!isKnown(handle)) continue;
    found.push({
      index,
      handle,
      uuid: readUuid(nvml, handle),
      gpuInstanceId: nvml.u32("nvmlDeviceGetGpuInstanceId", handle),
      computeInstanceId: nvml.u32("nvmlDeviceGetComputeInstanceId", handle),
    });
  }
  return found;
}

export function readMigDevice(nvml: Nvml, { handle, ...rest }: MigDevice): MigDeviceReading {
  return { ...rest, memory: readMemory(nvml, handle) };
}
