import { openDriverLibrary } from "../driver-library.ts";
import { functions } from "./functions.ts";
import { Nvml } from "./nvml.ts";
import { returnName, SUCCESS } from "./values.ts";

export type NvmlOpening =
  | { ok: true; nvml: Nvml }
  /** `looked`: where the library was looked for; `reason`: what stood in the way. */
  | { ok: false; reason: string; looked: readonly string[] };

/** Names the library's file, in place of the search: for odd installs, and tests. */
export const NVML_VARIABLE = "INFERBENCH_NVML";

/** What a return code of nvmlInit means to the person who has to repair it. */
const ADVICE: Readonly<Record<string, string>> = {
  DRIVER_NOT_LOADED: "the kernel's NVIDIA driver is not loaded",
  NO_PERMISSION: "this user may not open the GPU's device files",
  LIB_RM_VERSION_MISMATCH: "library and kernel driver are of different versions, as after an update: reboot",
  OPERATING_SYSTEM: "the container may not open the GPU's device files",
};

/**
 * Finds libnvidia-ml and starts NVML; may take seconds, as the driver wakes GPUs that nothing uses. Never looks in the working
 * directory. The caller closes it.
 * @param root `/`, or a stand-in tree in tests, for the usual folders
 */
export function openNvml(env: Readonly<Record<string, string | undefined>>, root = "/"): NvmlOpening {
  const opening = openDriverLibrary({ soname: "libnvidia-ml.so.1", variable: NVML_VARIABLE }, env, root);
  if (!opening.ok) return opening;
  const { library, looked } = opening;
  const nvml = new Nvml(library.path, library.link(functions));
  const code = nvml.call("nvmlInit_v2");
  if (code === SUCCESS) return { ok: true, nvml };
  const error = returnName(code);
  const advice = ADVICE[error] === undefined ? "" : `: ${ADVICE[error]}`;
  return { ok: false, reason: `${library.path} is there, but nvmlInit says ${error}${advice}`, looked };
}
