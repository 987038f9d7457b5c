import { layouts, structVersion } from "./layouts.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { failureOf, SUCCESS, type Value } from "./values.ts";

export interface DeviceMemory {
  totalBytes: Value;
  /** Allocated, as nvidia-smi shows it; where `reservedBytes` is unsupported (old drivers), with what is reserved. */
  usedBytes: Value;
  freeBytes: Value;
  /** Kept by driver and firmware. */
  reservedBytes: Value;
}

const v1 = layouts.nvmlMemory_t;
const v2 = layouts.nvmlMemory_v2_t;
const place = new DataView(new ArrayBuffer(v2.size));

/** Memory of a GPU or of a MIG device, by the second version of the call, else by the first. */
export function readMemory(nvml: Nvml, device: DeviceHandle): DeviceMemory {
  const at = (offset: number) => Number(place.getBigUint64(offset, true));
  place.setUint32(v2.fields.version, structVersion(v2, 2), true);
  if (nvml.call("nvmlDeviceGetMemoryInfo_v2", device, place) === SUCCESS) {
    const { total, used, free, reserved } = v2.fields;
    return {
      totalBytes: at(total),
      usedBytes: at(used),
      freeBytes: at(free),
      reservedBytes: at(reserved),
    };
  }
  const code = nvml.call("nvmlDeviceGetMemoryInfo", device, place);
  if (code === SUCCESS) {
    const { total, used, free } = v1.fields;
    return { totalBytes: at(total), usedBytes: at(used), freeBytes: at(free), reservedBytes: "unsupported" };
  }
  const failure = failureOf(code);
  return { totalBytes: failure, usedBytes: failure, freeBytes: failure, reservedBytes: failure };
}
