import type { DeviceHandle, Nvml } from "./nvml.ts";
import type { Value } from "./values.ts";

export interface PcieThroughput {
  /** From the GPU, mean over 20 ms, in NVML's KB/s. */
  txKbPerS: Value;
  /** To the GPU, likewise. */
  rxKbPerS: Value;
}

export interface Pcie extends PcieThroughput {
  /** In use; an idle GPU may lower it. */
  generation: Value;
  width: Value;
  /** The most that this GPU in this slot can do. */
  maxGeneration: Value;
  maxWidth: Value;
}

/** nvmlPcieUtilCounter_t. */
const TX_BYTES = 0;
const RX_BYTES = 1;

/** Takes about 40 ms: each direction is counted over 20 ms. */
export function readPcieThroughput(nvml: Nvml, device: DeviceHandle): PcieThroughput {
  return {
    txKbPerS: nvml.u32("nvmlDeviceGetPcieThroughput", device, TX_BYTES),
    rxKbPerS: nvml.u32("nvmlDeviceGetPcieThroughput", device, RX_BYTES),
  };
}

export function readPcie(nvml: Nvml, device: DeviceHandle): Pcie {
  return {
    generation: nvml.u32("nvmlDeviceGetCurrPcieLinkGeneration", device),
    width: nvml.u32("nvmlDeviceGetCurrPcieLinkWidth", device),
    maxGeneration: nvml.u32("nvmlDeviceGetMaxPcieLinkGeneration", device),
    maxWidth: nvml.u32("nvmlDeviceGetMaxPcieLinkWidth", device),
    ...readPcieThroughput(nvml, device),
  };
}
