import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export type NvidiaSmi =
  | { ok: true; path: string }
  /** `isDriverLoaded`: the kernel's part of the driver is there all the same. */
  | { ok: false; looked: readonly string[]; isDriverLoaded: boolean };

/** Where cloud images put the driver's programs when PATH does not name it: GKE (COS and its containers), WSL. */
const USUAL_FOLDERS = [
  "usr/bin",
  "usr/local/nvidia/bin",
  "home/kubernetes/bin/nvidia/bin",
  "usr/lib/wsl/lib",
];

/**
 * Looks for nvidia-smi in PATH and in the places that cloud images have it.
 * @param root `/`, or a stand-in tree in tests, for everything but PATH
 */
export function findNvidiaSmi(env: Readonly<Record<string, string | undefined>>, root = "/"): NvidiaSmi {
  const inPath = (env.PATH ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  const usual = USUAL_FOLDERS.map((folder) => join(root, folder)).filter(
    (folder) => !inPath.includes(folder),
  );
  for (const folder of [...inPath, ...usual]) {
    const path = join(folder, "nvidia-smi");
    if (isExecutable(path)) return { ok: true, path };
  }
  const kernelFile = join(root, "proc/driver/nvidia/version");
  return {
    ok: false,
    looked: ["PATH", ...usual, kernelFile],
    isDriverLoaded: existsSync(kernelFile),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
