import { existsSync } from "node:fs";
import { join } from "node:path";
import { NVML_LIBRARY, NVML_VARIABLE, nvmlFolders } from "../../native/nvml/library-paths.ts";
import { readSystemFile } from "../../results/environment/system-file.ts";

const CACHE = "etc/ld.so.cache";

/**
 * Looks for the driver's library where INFERBENCH_NVML says, else as the loader does (LD_LIBRARY_PATH, then its cache), and in the usual places. It is not opened.
 * @param root `/`, or a stand-in tree in tests, for everything but LD_LIBRARY_PATH
 */
export function findNvml(
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): { path: string | null; looked: string[] } {
  const given = env[NVML_VARIABLE];
  if (given) return { path: existsSync(given) ? given : null, looked: [given] };
  const named = (env.LD_LIBRARY_PATH ?? "").split(":").filter((folder) => folder.startsWith("/"));
  const usual = nvmlFolders(root);
  const candidates = [
    ...named.map((folder) => join(folder, NVML_LIBRARY)),
    ...cachedPaths(root),
    ...usual.map((folder) => join(folder, NVML_LIBRARY)),
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
    .filter((text) => text.startsWith("/") && text.endsWith(`/${NVML_LIBRARY}`))
    .map((path) => join(root, path));
}
