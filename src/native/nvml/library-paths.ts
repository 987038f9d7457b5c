import { join } from "node:path";

export const NVML_LIBRARY = "libnvidia-ml.so.1";
/** Names the library's file, in place of the search: for odd installs, and tests. */
export const NVML_VARIABLE = "INFERBENCH_NVML";

/** Where cloud images put it without telling the loader: GKE (containers, COS hosts), WSL, distributions, NixOS. */
const USUAL_FOLDERS = [
  "usr/local/nvidia/lib64",
  "home/kubernetes/bin/nvidia/lib64",
  "usr/lib/wsl/lib",
  process.arch === "arm64" ? "usr/lib/aarch64-linux-gnu" : "usr/lib/x86_64-linux-gnu",
  "usr/lib64",
  "usr/lib64/nvidia",
  "run/opengl-driver/lib",
];

/** Folders that may hold the driver's library unknown to the loader. @param root `/`, or a stand-in tree in tests */
export function nvmlFolders(root: string): string[] {
  return USUAL_FOLDERS.map((folder) => join(root, folder));
}
