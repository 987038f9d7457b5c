import { openDriverLibrary } from "../driver-library.ts";
import { type DynamicLibrary, openLibrary } from "../dynamic-library.ts";
import { Cuda } from "./cuda.ts";
import { CudaError } from "./errors.ts";
import { functions } from "./functions.ts";

export type CudaOpening =
  | { ok: true; cuda: Cuda }
  /** `reason`: what stood in the way; `advice`: what to do about it. */
  | { ok: false; reason: string; advice: string };

/** Names the library's file, in place of the search: for odd installs, and tests. */
export const CUDA_VARIABLE = "INFERBENCH_CUDA";

const FROM_DRIVER = `It comes with NVIDIA's driver. In a container: NVIDIA_DRIVER_CAPABILITIES=compute,utility. ${CUDA_VARIABLE} names it where it lies elsewhere.`;

/**
 * Finds libcuda and starts CUDA in this process; may take seconds, as the driver wakes GPUs that nothing uses. It cannot be ended. Never
 * looks in the working directory.
 * @param root `/`, or a stand-in tree in tests, for the usual folders
 */
export function openCuda(env: Readonly<Record<string, string | undefined>>, root = "/"): CudaOpening {
  const opening = openDriverLibrary({ soname: "libcuda.so.1", variable: CUDA_VARIABLE }, env, root);
  if (!opening.ok) {
    return {
      ok: false,
      reason: `${opening.reason} (looked at ${opening.looked.join(", ")})`,
      advice: FROM_DRIVER,
    };
  }
  return start(opening.library);
}

/** The same for another thread of a process that found it. @param path as `Cuda.path` says */
export function openCudaAt(path: string): CudaOpening {
  const opening = openLibrary(path);
  return opening.ok ? start(opening.library) : { ok: false, reason: opening.reason, advice: FROM_DRIVER };
}

function start(library: DynamicLibrary): CudaOpening {
  const cuda = new Cuda(library.path, library.link(functions));
  try {
    cuda.run("cuInit", 0);
    return { ok: true, cuda };
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    return { ok: false, reason: `${library.path} is there, but ${error.message}`, advice: error.advice };
  }
}
