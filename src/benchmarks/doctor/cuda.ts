import { formatNumber } from "../../core/units.ts";
import { cudaVersion, listCudaDevices } from "../../native/cuda/devices.ts";
import { CudaError } from "../../native/cuda/errors.ts";
import { openCuda } from "../../native/cuda/open.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/** Whether data can be copied to GPUs here: CUDA's own library, and how many it shows this process. */
export function cudaCheck({ env, root }: Machine, open = openCuda): Check {
  const opening = open(env, root);
  if (!opening.ok) return lacking(opening.reason, opening.advice);
  const { cuda } = opening;
  try {
    const { length } = listCudaDevices(cuda);
    const hidden = env.CUDA_VISIBLE_DEVICES;
    const how = hidden === undefined ? "" : ` (CUDA_VISIBLE_DEVICES=${hidden})`;
    return ok(
      "cuda",
      `${cuda.path}, driver for CUDA ${cudaVersion(cuda)}, ${formatNumber(length)} ${length === 1 ? "GPU" : "GPUs"}${how}`,
    );
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    return lacking(error.message, error.advice);
  }
}

function lacking(found: string, advice: string): Check {
  return warn("cuda", found, `storage --to-gpu will not be possible. ${advice}`);
}
