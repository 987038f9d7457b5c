import type { CudaFunction } from "./functions.ts";

/** In place of an error's name: the library lacks the function. */
export const MISSING = "MISSING";

const NO_DEVICE_FILES =
  "The container may not open the GPU's device files: start it with --gpus all, or ask for nvidia.com/gpu.";
const MPS = "CUDA goes through an MPS server here: look at its log, or unset CUDA_MPS_PIPE_DIRECTORY.";
const SICK = "The GPU or its driver is in trouble: look at nvidia-smi and dmesg (Xid).";

/** What to do, by CUDA's name of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  [MISSING]: "The driver is older than CUDA 11: install a newer one.",
  CUDA_ERROR_OUT_OF_MEMORY: "nvidia-smi shows who holds the GPU's memory.",
  CUDA_ERROR_STUB_LIBRARY:
    "This is the toolkit's stub for linking, not the driver: take its folder out of LD_LIBRARY_PATH.",
  CUDA_ERROR_DEVICE_UNAVAILABLE:
    "Another process has the GPU for itself (nvidia-smi: compute mode), or it needs a reset.",
  CUDA_ERROR_NO_DEVICE: "CUDA_VISIBLE_DEVICES may hide all GPUs; in a container, start it with --gpus all.",
  CUDA_ERROR_OPERATING_SYSTEM: NO_DEVICE_FILES,
  CUDA_ERROR_SYSTEM_NOT_READY:
    "On machines with NVSwitch, nvidia-fabricmanager has to run, in the driver's version.",
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH:
    "Library and kernel driver are of different versions, as after an update: reboot.",
  CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE:
    "This libcuda is of CUDA's forward-compatibility package, which this GPU does not take: take its folder out of LD_LIBRARY_PATH.",
  CUDA_ERROR_MPS_CONNECTION_FAILED: MPS,
  CUDA_ERROR_MPS_RPC_FAILURE: MPS,
  CUDA_ERROR_MPS_SERVER_NOT_READY: MPS,
  CUDA_ERROR_MPS_MAX_CLIENTS_REACHED: MPS,
  CUDA_ERROR_ECC_UNCORRECTABLE: SICK,
  CUDA_ERROR_ILLEGAL_ADDRESS: SICK,
  CUDA_ERROR_LAUNCH_FAILED: SICK,
  CUDA_ERROR_UNKNOWN: `The kernel module nvidia_uvm may not be loaded (modprobe nvidia_uvm). ${NO_DEVICE_FILES}`,
};

/** A call of CUDA's driver API that failed. */
export class CudaError extends Error {
  /** CUDA's own name (`CUDA_ERROR_OUT_OF_MEMORY`), its number where it gives none, or MISSING. */
  readonly error: string;
  /** What to do about it. */
  readonly advice: string;

  /** @param words CUDA's description; with MISSING, the library */
  constructor(call: CudaFunction, error: string, words: string | null) {
    super(
      error === MISSING
        ? `${words} has no ${call}`
        : `${call} says ${error}${words === null ? "" : ` (${words})`}`,
    );
    this.error = error;
    this.advice = ADVICE[error] ?? SICK;
  }
}
