import { clockEventNames, readClockEvents } from "./clock-events.ts";
import type { DeviceHandle, Nvml } from "./nvml.ts";
import { mapValue, type Value } from "./values.ts";

export interface Clocks {
  smMhz: Value;
  memoryMhz: Value;
  maxSmMhz: Value;
  maxMemoryMhz: Value;
  /** Why they are lower than they could be; empty: nothing holds them back. */
  events: Value<string[]>;
}

/** nvmlClockType_t. */
const SM = 1;
const MEMORY = 2;

export function readSmClock(nvml: Nvml, device: DeviceHandle): Value {
  return nvml.u32("nvmlDeviceGetClockInfo", device, SM);
}

export function readMemoryClock(nvml: Nvml, device: DeviceHandle): Value {
  return nvml.u32("nvmlDeviceGetClockInfo", device, MEMORY);
}

export function readMaxSmClock(nvml: Nvml, device: DeviceHandle): Value {
  return nvml.u32("nvmlDeviceGetMaxClockInfo", device, SM);
}

export function readClocks(nvml: Nvml, device: DeviceHandle): Clocks {
  return {
    smMhz: readSmClock(nvml, device),
    memoryMhz: readMemoryClock(nvml, device),
    maxSmMhz: readMaxSmClock(nvml, device),
    maxMemoryMhz: nvml.u32("nvmlDeviceGetMaxClockInfo", device, MEMORY),
    events: mapValue(readClockEvents(nvml, device), clockEventNames),
  };
}
