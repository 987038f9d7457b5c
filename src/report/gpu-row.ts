import { clockEventNames } from "../native/nvml/clock-events.ts";
import type { Snapshot } from "../native/nvml/snapshot.ts";
import { isKnown, mapValue, orNull, type Value } from "../native/nvml/values.ts";
import type { GpuSample } from "../telemetry/gpu/sample.ts";
import { gpuLabel } from "../telemetry/gpu/sample.ts";

/** What tables and live views show of a GPU; null for what is not known. */
export interface GpuRow {
  label: string;
  name: string | null;
  memoryUsedMib: number | null;
  memoryTotalMib: number | null;
  utilizationPercent: number | null;
  memoryUtilizationPercent: number | null;
  powerW: number | null;
  powerLimitW: number | null;
  temperatureC: number | null;
  memoryTemperatureC: number | null;
  smClockMhz: number | null;
  maxSmClockMhz: number | null;
  clockEvents: string[] | null;
}

const toMib = (bytes: Value) => orNull(mapValue(bytes, (value) => value / 1024 ** 2));

export function rowOfSnapshot(snapshot: Snapshot): GpuRow {
  const { memory, utilization, power, thermal, clocks } = snapshot;
  return {
    label: String(snapshot.index),
    name: orNull(snapshot.name),
    memoryUsedMib: toMib(memory.usedBytes),
    memoryTotalMib: toMib(memory.totalBytes),
    utilizationPercent: orNull(utilization.gpuPercent),
    memoryUtilizationPercent: orNull(utilization.memoryPercent),
    powerW: orNull(power.drawW),
    powerLimitW: orNull(power.limitW),
    temperatureC: orNull(thermal.gpuC),
    memoryTemperatureC: orNull(thermal.memoryC),
    smClockMhz: orNull(clocks.smMhz),
    maxSmClockMhz: orNull(clocks.maxSmMhz),
    clockEvents: isKnown(clocks.events) ? clocks.events : null,
  };
}

/** @param info of the sample's GPU */
export function rowOfSample(
  sample: GpuSample,
  info: Pick<GpuRow, "name" | "powerLimitW" | "maxSmClockMhz">,
): GpuRow {
  return {
    ...sample,
    label: gpuLabel(sample),
    name: info.name,
    powerLimitW: info.powerLimitW,
    maxSmClockMhz: info.maxSmClockMhz,
    clockEvents: sample.clockEvents === null ? null : clockEventNames(sample.clockEvents),
  };
}
