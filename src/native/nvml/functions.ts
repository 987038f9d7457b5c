import type { Signature } from "../dynamic-library.ts";

const device = "ptr";
const out = "buffer";

function returnsCode(...args: NonNullable<Signature["args"]>): Signature {
  return { args, returns: "i32" };
}

/** device, then what is read. */
const one = returnsCode(device, out);
/** device, two results. */
const two = returnsCode(device, out, out);
/** device, which (a sensor, clock, link, counter), what is read. */
const which = returnsCode(device, "u32", out);
/** A text and the size of its place. */
const text = returnsCode(device, out, "u32");
/** device, in: places, out: entries; then the entries. */
const list = returnsCode(device, out, out);

/** Every function of NVML that is called; each may be missing from an older driver. */
export const functions = {
  nvmlInit_v2: returnsCode(),
  nvmlShutdown: returnsCode(),
  nvmlSystemGetDriverVersion: returnsCode(out, "u32"),
  nvmlSystemGetNVMLVersion: returnsCode(out, "u32"),
  nvmlSystemGetCudaDriverVersion_v2: returnsCode(out),
  nvmlDeviceGetCount_v2: returnsCode(out),
  nvmlDeviceGetHandleByIndex_v2: returnsCode("u32", out),

  nvmlDeviceGetName: text,
  nvmlDeviceGetUUID: text,
  nvmlDeviceGetPciInfo_v3: one,
  nvmlDeviceGetArchitecture: one,

  nvmlDeviceGetMemoryInfo: one,
  nvmlDeviceGetMemoryInfo_v2: one,
  nvmlDeviceGetUtilizationRates: one,

  nvmlDeviceGetPowerUsage: one,
  nvmlDeviceGetEnforcedPowerLimit: one,
  nvmlDeviceGetTotalEnergyConsumption: one,
  nvmlDeviceGetTemperature: which,
  nvmlDeviceGetTemperatureV: one,
  nvmlDeviceGetFanSpeed: one,
  nvmlDeviceGetFieldValues: returnsCode(device, "i32", out),

  nvmlDeviceGetClockInfo: which,
  nvmlDeviceGetMaxClockInfo: which,
  nvmlDeviceGetCurrentClocksEventReasons: one,
  nvmlDeviceGetCurrentClocksThrottleReasons: one,
  nvmlDeviceGetPerformanceState: one,
  nvmlDeviceGetComputeMode: one,

  nvmlDeviceGetCurrPcieLinkGeneration: one,
  nvmlDeviceGetMaxPcieLinkGeneration: one,
  nvmlDeviceGetCurrPcieLinkWidth: one,
  nvmlDeviceGetMaxPcieLinkWidth: one,
  nvmlDeviceGetPcieThroughput: which,
  nvmlDeviceGetNvLinkState: which,
  nvmlDeviceGetNvLinkVersion: which,

  nvmlDeviceGetEccMode: two,
  nvmlDeviceGetTotalEccErrors: returnsCode(device, "u32", "u32", out),

  nvmlDeviceGetMigMode: two,
  nvmlDeviceGetMaxMigDeviceCount: one,
  nvmlDeviceGetMigDeviceHandleByIndex: which,
  nvmlDeviceGetGpuInstanceId: one,
  nvmlDeviceGetComputeInstanceId: one,

  nvmlDeviceGetComputeRunningProcesses: list,
  nvmlDeviceGetComputeRunningProcesses_v2: list,
  nvmlDeviceGetComputeRunningProcesses_v3: list,
  nvmlDeviceGetGraphicsRunningProcesses: list,
  nvmlDeviceGetGraphicsRunningProcesses_v2: list,
  nvmlDeviceGetGraphicsRunningProcesses_v3: list,
  nvmlDeviceGetMPSComputeRunningProcesses: list,
  nvmlDeviceGetMPSComputeRunningProcesses_v2: list,
  nvmlDeviceGetMPSComputeRunningProcesses_v3: list,
} as const satisfies Record<string, Signature>;

export type NvmlFunction = keyof typeof functions;
