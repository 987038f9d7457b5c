import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type DynamicLibrary, openLibrary } from "./dynamic-library.ts";

/** A library that comes with NVIDIA's driver. */
export interface DriverLibrary {
  /** `libcuda.so.1` */
  soname: string;
  /** The environment variable that names the library's file, in place of the search: for odd installs, and tests. */
  variable: string;
}

export type DriverLibraryOpening =
  | { ok: true; library: DynamicLibrary; looked: readonly string[] }
  /** `looked`: where the library was looked for; `reason`: what stood in the way. */
  | { ok: false; reason: string; looked: readonly string[] };

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

/**
 * Loads the first that is found: the one that `variable` names, else the loader's, else that of a usual folder. Never looks in the working
 * directory.
 * @param root `/`, or a stand-in tree in tests, for the usual folders
 */
export function openDriverLibrary(
  { soname, variable }: DriverLibrary,
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): DriverLibraryOpening {
  const named = env[variable];
  if (named && !isAbsolute(named))
    return { ok: false, reason: `${variable} is no absolute path: ${named}`, looked: [] };
  const usual = USUAL_FOLDERS.map((folder) => join(root, folder, soname));
  const looked: string[] = [];
  const reasons: string[] = [];
  for (const name of named ? [named] : [soname, ...usual]) {
    looked.push(name);
    if (isAbsolute(name) && !existsSync(name)) continue;
    const opening = openLibrary(name);
    if (opening.ok) return { ok: true, library: opening.library, looked };
    if (!opening.reason.startsWith(`${name}: cannot open shared object file`)) reasons.push(opening.reason);
  }
  return { ok: false, reason: reasons.length > 0 ? reasons.join("; ") : `no ${named || soname}`, looked };
}
