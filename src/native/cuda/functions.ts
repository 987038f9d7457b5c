import type { Signature } from "../dynamic-library.ts";

const out = "buffer";
/** CUcontext, CUstream, CUevent. */
const handle = "ptr";
/** CUdeviceptr. */
const place = "u64";
/** CUdevice. */
const device = "i32";

function returnsCode(...args: NonNullable<Signature["args"]>): Signature {
  return { args, returns: "i32" };
}

/** Every function of CUDA's driver API that is called, by the name in the library, as <cuda.h> 12 declares it. */
export const functions = {
  cuInit: returnsCode("u32"),
  cuDriverGetVersion: returnsCode(out),
  cuGetErrorName: returnsCode("i32", out),
  cuGetErrorString: returnsCode("i32", out),

  cuDeviceGetCount: returnsCode(out),
  cuDeviceGet: returnsCode(out, "i32"),
  cuDeviceGetName: returnsCode(out, "i32", device),
  cuDeviceGetPCIBusId: returnsCode(out, "i32", device),
  cuDeviceGetUuid: returnsCode(out, device),
  cuDeviceGetUuid_v2: returnsCode(out, device),

  cuDevicePrimaryCtxRetain: returnsCode(out, device),
  cuDevicePrimaryCtxRelease_v2: returnsCode(device),
  cuCtxSetCurrent: returnsCode(handle),

  cuMemAlloc_v2: returnsCode(out, "usize"),
  cuMemFree_v2: returnsCode(place),
  cuMemHostRegister_v2: returnsCode("ptr", "usize", "u32"),
  cuMemHostUnregister: returnsCode("ptr"),
  cuMemcpyHtoDAsync_v2: returnsCode(place, "ptr", "usize", handle),
  cuMemcpyDtoH_v2: returnsCode("ptr", place, "usize"),

  cuStreamCreate: returnsCode(out, "u32"),
  cuStreamSynchronize: returnsCode(handle),
  cuStreamDestroy_v2: returnsCode(handle),

  cuEventCreate: returnsCode(out, "u32"),
  cuEventRecord: returnsCode(handle, handle),
  cuEventSynchronize: returnsCode(handle),
  cuEventElapsedTime: returnsCode(out, handle, handle),
  cuEventDestroy_v2: returnsCode(handle),
} as const satisfies Record<string, Signature>;

export type CudaFunction = keyof typeof functions;
