import type { GpuFigures } from "./run-figures.ts";
import type { GpuSummary } from "./summary.ts";

/** A GPU's summary for tests: all is quiet, but for what is given. */
export function gpuSummary(given: Partial<GpuSummary> = {}): GpuSummary {
  return {
    index: 0,
    mig: null,
    name: "NVIDIA H100",
    uuid: "GPU-1",
    n: 100,
    periodMs: 100,
    utilizationPercent: { mean: 50, p95: 60, max: 70 },
    memoryUtilizationPercent: null,
    powerW: { mean: 300, p95: 310, max: 320 },
    powerInstantW: null,
    powerLimitW: 700,
    energy: null,
    smClockMhz: null,
    memoryClockMhz: null,
    pcieTxKbPerS: null,
    pcieRxKbPerS: null,
    temperatureMaxC: 50,
    memoryTemperatureMaxC: null,
    memoryPeakMib: 1000,
    memoryTotalMib: 80_000,
    throttle: [],
    processes: null,
    notMeasured: {},
    ...given,
  };
}

/** A run's figures for tests, of these GPUs. */
export function gpuFigures(devices: GpuSummary[], given: Partial<GpuFigures> = {}): GpuFigures {
  const versions = { driver: "570.86.15", nvml: "12.570.86.15", cuda: "12.8" };
  return {
    devices,
    source: { kind: "nvml", library: "libnvidia-ml.so.1", versions },
    intervalMs: 100,
    sampler: null,
    note: null,
    problem: null,
    ...given,
  };
}
