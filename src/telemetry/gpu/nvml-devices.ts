import { readMaxSmClock } from "../../native/nvml/clocks.ts";
import type { Device, DeviceList } from "../../native/nvml/devices.ts";
import type { DeviceHandle, Nvml } from "../../native/nvml/nvml.ts";
import { readPowerLimit } from "../../native/nvml/power.ts";
import { isKnown, orNull, type Value } from "../../native/nvml/values.ts";
import type { Choosable } from "./choose.ts";
import { type GpuId, gpuLabel } from "./sample.ts";
import type { GpuInfo } from "./sampler-messages.ts";

/** @throws Error for a GPU that is not in the list */
export function handleOf(devices: readonly Device[], id: GpuId): DeviceHandle {
  const device = devices.find(({ index }) => index === id.index);
  const found = id.mig === null ? device : device?.mig.find(({ index }) => index === id.mig);
  if (found === undefined) throw new Error(`GPU ${gpuLabel(id)} was chosen, but is not there`);
  return found.handle;
}

/** What a chosen GPU or part is called, and its limits. */
export function infoOf(nvml: Nvml, devices: readonly Device[], id: GpuId): GpuInfo {
  const device = devices.find(({ index }) => index === id.index)!;
  const part = device.mig.find(({ index }) => index === id.mig);
  return {
    ...id,
    name: orNull(device.name),
    uuid: orNull((part ?? device).uuid),
    powerLimitW: part === undefined ? orNull(readPowerLimit(nvml, device.handle)) : null,
    maxSmClockMhz: part === undefined ? orNull(readMaxSmClock(nvml, device.handle)) : null,
  };
}

/** A GPU as a choice sees it. */
export function choosable({ index, name, uuid, mig }: Device): Choosable {
  return {
    index,
    name: orNull(name),
    uuid: orNull(uuid),
    mig: mig.map((part) => ({
      index: part.index,
      uuid: orNull(part.uuid),
      gpuInstanceId: orNull(part.gpuInstanceId),
      computeInstanceId: orNull(part.computeInstanceId),
    })),
  };
}

/** Why there is nothing to sample. */
export function noneReason(nvml: Nvml, list: Value<DeviceList>): string {
  if (!isKnown(list)) {
    const error = list === "unsupported" ? list : list.error;
    return `the NVIDIA driver cannot list its GPUs (${error}; ${nvml.path})`;
  }
  if (list.silent.length === 0) return `the NVIDIA driver shows no GPU (${nvml.path})`;
  const reasons = list.silent.map(({ index, failure }) => {
    return `GPU ${index}: ${failure === "unsupported" ? failure : failure.error}`;
  });
  return `none of the NVIDIA GPUs answers (${reasons.join(", ")})`;
}

/** What the reader should know: GPUs that are left out since they do not answer, and a note on the choice. */
export function silentNote({ silent }: DeviceList, choiceNote: string | null): string | null {
  const left = silent.map(({ index }) => `GPU ${index} does not answer and is left out`);
  return [...left, ...(choiceNote === null ? [] : [choiceNote])].join("; ") || null;
}
