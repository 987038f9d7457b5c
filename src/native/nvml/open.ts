import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { openLibrary } from "../dynamic-library.ts";
import { functions } from "./functions.ts";
import { NVML_LIBRARY, NVML_VARIABLE, nvmlFolders } from "./library-paths.ts";
import { Nvml } from "./nvml.ts";
import { returnName, SUCCESS } from "./values.ts";

export type NvmlOpening =
  | { ok: true; nvml: Nvml }
  /** `looked`: where the library was looked for; `reason`: what stood in the way. */
  | { ok: false; reason: string; looked: readonly string[] };

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
  const named = env[NVML_VARIABLE];
  if (named && !isAbsolute(named))
    return { ok: false, reason: `${NVML_VARIABLE} is no absolute path: ${named}`, looked: [] };
  const usual = nvmlFolders(root).map((folder) => join(folder, NVML_LIBRARY));
  const looked: string[] = [];
  const reasons: string[] = [];
  for (const name of named ? [named] : [NVML_LIBRARY, ...usual]) {
    looked.push(name);
    if (isAbsolute(name) && !existsSync(name)) continue;
    const opening = openLibrary(name);
    if (!opening.ok) {
      if (!opening.reason.startsWith(`${name}: cannot open shared object file`)) reasons.push(opening.reason);
      continue;
    }
    const nvml = new Nvml(name, opening.library.link(functions));
    const code = nvml.call("nvmlInit_v2");
    if (code === SUCCESS) return { ok: true, nvml };
    const error = returnName(code);
    const advice = ADVICE[error] === undefined ? "" : `: ${ADVICE[error]}`;
    return { ok: false, reason: `${name} is there, but nvmlInit says ${error}${advice}`, looked };
  }
  return {
    ok: false,
    reason: reasons.length > 0 ? reasons.join("; ") : `no ${named || NVML_LIBRARY}`,
    looked,
  };
}
