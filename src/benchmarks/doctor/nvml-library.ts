import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSystemFile } from "../../results/environment/system-file.ts";

const LIBRARY = "libnvidia-ml.so.1";
const CACHE = "etc/ld.so.cache";
/** Where cloud images have it without telling the loader: GKE (containers, COS hosts), WSL, distributions, NixOS. */
const USUAL_FOLDERS = [
  "usr/local/nvidia/lib64",
  "home/kubernetes/bin/nvidia/lib64",
  "usr/lib/wsl/lib",
  process.arch === "arm64" ? "usr/lib/aarch64-linux-gnu" : "usr/lib/x86_64-linux-gnu",
  "usr/lib64",
  "run/opengl-driver/lib",
];

/**
 * Looks for the driver's library as the loader does (LD_LIBRARY_PATH, then its cache), and in the usual places. It is not opened.
 * @param root `/`, or a stand-in tree in tests, for everything but LD_LIBRARY_PATH
 */
export function findNvml(
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): { path: string | null; looked: string[] } {
  const named = (env.LD_LIBRARY_PATH ?? "").split(":").filter((folder) => folder.startsWith("/"));
  const usual = USUAL_FOLDERS.map((folder) => join(root, folder));
  const candidates = [
    ...named.map((folder) => join(folder, LIBRARY)),
    ...cachedPaths(root),
    ...usual.map((folder) => join(folder, LIBRARY)),
  ];
  return {
    path: candidates.find((path) => existsSync(path)) ?? null,
    looked: [...named, join(root, CACHE), ...usual],
  };
}

/** The cache holds each library's path as text that ends with a zero byte (ld.so.cache, glibc's dl-cache.h). */
function cachedPaths(root: string): string[] {
  const texts = (readSystemFile(root, CACHE) ?? "").split("\0");
  return texts
    .filter((text) => text.startsWith("/") && text.endsWith(`/${LIBRARY}`))
    .map((path) => join(root, path));
}
