import { fieldIds, readFields } from "./fields.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { isKnown, type Value } from "./values.ts";

export interface NvLink {
  /** Links that are up, of `links`. */
  active: number;
  links: number;
  /** Of the first link that is up. */
  version: Value;
  /** Of each link, as the driver gives it. */
  speedMbPerS: Value;
}

/** NVML_NVLINK_MAX_LINKS. */
const MOST_LINKS = 18;

/** The GPU's NVLinks; `unsupported` where it has none. */
export function readNvLink(nvml: Nvml, device: DeviceHandle): Value<NvLink> {
  let links = 0;
  let active = 0;
  let version: Value = "unsupported";
  for (let link = 0; link < MOST_LINKS; link++) {
    const state = nvml.u32("nvmlDeviceGetNvLinkState", device, link);
    // The first number that is no link ends them.
    if (!isKnown(state)) {
      if (link === 0) return state;
      break;
    }
    links++;
    if (state === 0) continue;
    if (active === 0) version = nvml.u32("nvmlDeviceGetNvLinkVersion", device, link);
    active++;
  }
  return { active, links, version, speedMbPerS: readFields(nvml, device, [fieldIds.nvlinkSpeedMbPerS])[0]! };
}
