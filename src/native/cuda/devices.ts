import type { Cuda } from "./cuda.ts";

/** CUdevice. */
export type DeviceHandle = number & { readonly cudaDevice: unique symbol };

/** A GPU that CUDA lets this process see: CUDA_VISIBLE_DEVICES counts. */
export interface CudaDevice {
  /** CUDA's number: among the visible ones, the fastest first unless CUDA_DEVICE_ORDER=PCI_BUS_ID. */
  ordinal: number;
  handle: DeviceHandle;
  name: string;
  /** `0000:04:00.0` */
  pciBusId: string;
  /** `1b0c0000-0000-4000-8000-000000000000`, as NVML has it behind `GPU-` and `MIG-`; null on drivers before CUDA 9.2. */
  uuid: string | null;
}

const NAME_SIZE = 256;
const BUS_ID_SIZE = 32;
/** Of CUuuid. */
const UUID_SIZE = 16;

/** `12.8` for 12080. @throws CudaError */
export function cudaVersion(cuda: Cuda): string {
  const number = cuda.int("cuDriverGetVersion");
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}

/** @throws CudaError */
export function listCudaDevices(cuda: Cuda): CudaDevice[] {
  return Array.from({ length: cuda.int("cuDeviceGetCount") }, (_, ordinal) => {
    const handle = deviceAt(cuda, ordinal);
    const text = (name: "cuDeviceGetName" | "cuDeviceGetPCIBusId", size: number) => {
      const place = Buffer.alloc(size);
      cuda.run(name, place, size, handle);
      return place.toString("utf8", 0, place.indexOf(0));
    };
    return {
      ordinal,
      handle,
      name: text("cuDeviceGetName", NAME_SIZE),
      pciBusId: text("cuDeviceGetPCIBusId", BUS_ID_SIZE),
      uuid: uuidOf(cuda, handle),
    };
  });
}

/** @throws CudaError */
export function deviceAt(cuda: Cuda, ordinal: number): DeviceHandle {
  return cuda.int("cuDeviceGet", ordinal) as DeviceHandle;
}

/** The second version, of CUDA 11.4, gives a MIG part its own UUID. */
function uuidOf(cuda: Cuda, device: DeviceHandle): string | null {
  const name = (["cuDeviceGetUuid_v2", "cuDeviceGetUuid"] as const).find((one) => cuda.has(one));
  if (name === undefined) return null;
  const place = Buffer.alloc(UUID_SIZE);
  cuda.run(name, place, device);
  return place.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
