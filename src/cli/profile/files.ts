import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { levelOfName } from "../../benchmarks/profile/level.ts";
import { profileColumns, profileRow } from "../../benchmarks/profile/profile-csv.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { csvText } from "../../results/csv.ts";
import { METADATA_FILE } from "../../results/metadata.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import { openRunDirectory, type RunDirectory } from "../../results/run-directory.ts";
import { strictJson } from "../../results/strict-json.ts";

export const PROFILE_JSON = "profile.json";
const PROFILE_CSV = "profile.csv";

/** What a profile writes into its own directory, but for its levels. */
export const profileFiles: readonly string[] = [PROFILE_JSON, PROFILE_CSV, SUMMARY_TEXT, METADATA_FILE];

/** Writes what is known by now. */
export function writeProfile(directory: RunDirectory, profile: Profile, summary: string): void {
  directory.writeAtomic(PROFILE_JSON, strictJson(profile));
  directory.writeAtomic(PROFILE_CSV, csvText(profileColumns, profile.levels.map(profileRow)));
  directory.writeAtomic(SUMMARY_TEXT, summary);
}

/** A level's table under the name that seed 004's script gives it. @returns the name */
export function writeLatencyProfile(directory: string, startedAt: Date, text: string): string {
  const stem = `latency-profile-${seedTime(startedAt)}`;
  let name = `${stem}.txt`;
  // Levels of less than a second.
  for (let i = 2; existsSync(join(directory, name)); i++) name = `${stem}_${i}.txt`;
  openRunDirectory(directory, { overwrite: false, joins: true, appearLate: true, names: [name] }).writeAtomic(
    name,
    text,
  );
  return name;
}

/** Removes files that a profile wrote. @throws ToolError for a name that leads out of the directory */
export function clearFiles(directory: string, names: readonly string[]): void {
  openRunDirectory(directory, { overwrite: true, appearLate: true, names });
}

/** `2026-11-23_08-38-33`, as `date +%Y-%m-%d_%H-%M-%S` has it. */
export function seedTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date}_${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("-")}`;
}

/** The folder of the levels' run directories. */
export const LEVELS_FOLDER = "levels";

/** Where a level's run directory is, relative to the profile's. */
export function levelDirectory({ name }: Pick<LevelResult, "name">): string {
  return `${LEVELS_FOLDER}/${name}`;
}

/** Levels that have a directory, by its name: those that profile.json does not know yet, too. */
export function levelsOnDisk(directory: string): NonNullable<ReturnType<typeof levelOfName>>[] {
  const folder = join(directory, LEVELS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? (levelOfName(entry.name) ?? []) : [],
  );
}
