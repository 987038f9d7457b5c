import { rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { workerFiles } from "../../benchmarks/serving/workers/record-files.ts";
import { systemCode } from "../../core/errors.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import { openRunDirectory } from "../../results/run-directory.ts";
import { runFiles } from "../serving/execute.ts";

/** Removes what an earlier profile of this directory wrote for its levels, and nothing else. */
export function clearLevels(directory: string, { levels }: Profile, most: number): void {
  const names = [...runFiles, ...workerFiles(most), ...figureFiles("png"), ...figureFiles("svg")];
  for (const { directory: relative, latencyFile, seedFiles } of levels) {
    clearFiles(join(directory, relative), [...names, ...seedFiles]);
    removeIfEmpty(join(directory, relative));
    clearFiles(directory, [latencyFile]);
  }
  removeIfEmpty(join(directory, "levels"));
}

/** Opened, they are empty; and what is empty is removed. */
function clearFiles(directory: string, names: readonly string[]): void {
  openRunDirectory(directory, { overwrite: true, names }).removeEmpty();
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(systemCode(error) ?? "")) throw error;
  }
}
