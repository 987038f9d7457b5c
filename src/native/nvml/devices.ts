import { readName, readUuid } from "./identity.ts";
import { listMigDevices, type MigDevice } from "./mig.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { isKnown, type NvmlFailure, type Value } from "./values.ts";

/** A GPU of this machine, numbered as nvidia-smi does: by PCI bus. */
export interface Device {
  index: number;
  handle: DeviceHandle;
  name: Value<string>;
  uuid: Value<string>;
  mig: MigDevice[];
}

export interface DeviceList {
  devices: Device[];
  /** GPUs that are there but do not answer, by number. */
  silent: { index: number; failure: "unsupported" | NvmlFailure }[];
}

/** The GPUs that the driver lets this process see. */
export function listDevices(nvml: Nvml): Value<DeviceList> {
  const count = nvml.u32("nvmlDeviceGetCount_v2");
  if (!isKnown(count)) return count;
  const list: DeviceList = { devices: [], silent: [] };
  for (let index = 0; index < count; index++) {
    const handle = nvml.handle("nvmlDeviceGetHandleByIndex_v2", index);
    if (!isKnown(handle)) {
      list.silent.push({ index, failure: handle as "unsupported" | NvmlFailure });
      continue;
    }
    list.devices.push({
      index,
      handle,
      name: readName(nvml, handle),
      uuid: readUuid(nvml, handle),
      mig: listMigDevices(nvml, handle),
    });
  }
  return list;
}
