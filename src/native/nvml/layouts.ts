/**
 * Size and field offsets, in bytes, of the structs that are read, on 64-bit Linux (x86-64 and arm64 agree), as nvml.h declares
 * them. test/fakes/nvml.c declares the same again, and nvml.test.ts compares these numbers with what a C compiler says.
 */
export const layouts = {
  nvmlPciInfo_t: { size: 68, fields: { busIdLegacy: 0, domain: 16, bus: 20, device: 24, busId: 36 } },
  nvmlMemory_t: { size: 24, fields: { total: 0, free: 8, used: 16 } },
  nvmlMemory_v2_t: { size: 40, fields: { version: 0, total: 8, reserved: 16, free: 24, used: 32 } },
  nvmlUtilization_t: { size: 8, fields: { gpu: 0, memory: 4 } },
  nvmlTemperature_v1_t: { size: 12, fields: { version: 0, sensorType: 4, temperature: 8 } },
  nvmlFieldValue_t: {
    size: 40,
    fields: {
      fieldId: 0,
      scopeId: 4,
      timestamp: 8,
      latencyUsec: 16,
      valueType: 24,
      nvmlReturn: 28,
      value: 32,
    },
  },
  nvmlProcessInfo_v1_t: { size: 16, fields: { pid: 0, usedGpuMemory: 8 } },
  nvmlProcessInfo_v2_t: {
    size: 24,
    fields: { pid: 0, usedGpuMemory: 8, gpuInstanceId: 16, computeInstanceId: 20 },
  },
  nvmlProcessDetail_v1_t: {
    size: 32,
    fields: {
      pid: 0,
      usedGpuMemory: 8,
      gpuInstanceId: 16,
      computeInstanceId: 20,
      usedGpuCcProtectedMemory: 24,
    },
  },
} as const;

/** NVML_STRUCT_VERSION: what a versioned struct has to hold in its first field when it is passed in. */
export function structVersion(layout: { size: number }, version: number): number {
  return layout.size | (version << 24);
}
