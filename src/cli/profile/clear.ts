import { rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { workerFiles } from "../../benchmarks/serving/workers/record-files.ts";
import { systemCode } from "../../core/errors.ts";
import { figureFiles } from "../../report/figures/serving/names.ts";
import { runFiles } from "../serving/execute.ts";
import { clearFiles, LEVELS_FOLDER, levelDirectory, levelsOnDisk } from "./files.ts";

/** Removes what an earlier profile of this directory wrote for its levels, the one that it was killed in, too, and nothing else. */
export function clearLevels(directory: string, { levels }: Profile, most: number): void {
  const names = [...runFiles, ...workerFiles(most), ...figureFiles("png"), ...figureFiles("svg")];
  for (const { latencyFile } of levels) clearFiles(directory, [latencyFile]);
  const seedFiles = new Map(levels.map(({ name, seedFiles: own }) => [name, own]));
  for (const { name } of levelsOnDisk(directory)) {
    const level = join(directory, levelDirectory({ name }));
    clearFiles(level, [...names, ...(seedFiles.get(name) ?? [])]);
    removeIfEmpty(level);
  }
  removeIfEmpty(join(directory, LEVELS_FOLDER));
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(systemCode(error) ?? "")) throw error;
  }
}
