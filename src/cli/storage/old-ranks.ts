import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rowFileNames } from "../../benchmarks/storage/row-files.ts";

/** The folders of a run in which each rank has a file of its number. */
const FOLDERS = [
  ...Object.values(rowFileNames(0)).map((name) => name.split("/", 1)[0]!),
  "metadata",
  "summaries",
  "gpu_memory",
];
const RANK_FILE = /^(?:0|[1-9]\d*)\.(?:csv|yaml|json)$/;

/**
 * Removes the files of an earlier run's ranks that this run does not write, so that none of them is taken for one of its own.
 * @param kept names of this run's files, relative to the directory
 */
export function removeOldRanks(directory: string, kept: ReadonlySet<string>): void {
  for (const folder of FOLDERS) {
    const path = join(directory, folder);
    // A link would lead out of the run's directory.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    const names = readdirSync(path);
    const old = names.filter((name) => RANK_FILE.test(name) && !kept.has(`${folder}/${name}`));
    for (const name of old) rmSync(join(path, name));
    // This run's files may be still to come.
    const isOurs = [...kept].some((name) => name.startsWith(`${folder}/`));
    if (!isOurs && old.length > 0 && old.length === names.length) rmdirSync(path);
  }
}
