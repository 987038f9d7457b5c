import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { profileColumns, profileRow } from "../../benchmarks/profile/profile-csv.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { readSaved } from "../../report/saved-file.ts";
import { csvText } from "../../results/csv.ts";
import { METADATA_FILE } from "../../results/metadata.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import { parsePythonJson } from "../../results/python-json.ts";
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
  openRunDirectory(directory, { overwrite: false, joins: true, names: [name] }).writeAtomic(name, text);
  return name;
}

/** `2026-11-23_08-38-33`, as `date +%Y-%m-%d_%H-%M-%S` has it. */
export function seedTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date}_${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("-")}`;
}

/** What tells a profile's file; the rest is as this program wrote it. */
const Written = v.object({
  schemaVersion: v.literal(1),
  benchmark: v.literal("profile"),
  run: v.object({ runName: v.string(), status: v.string(), startedAt: v.string(), endpoint: v.string() }),
  plan: v.looseObject({}),
  validity: v.object({ verdict: v.string(), reasons: v.array(v.string()) }),
  levels: v.array(
    v.object({
      name: v.string(),
      directory: v.string(),
      latencyFile: v.string(),
      seedFiles: v.array(v.string()),
      load: v.looseObject({ kind: v.picklist(["rate", "users", "all-at-once"]) }),
      marks: v.array(v.string()),
      figures: v.nullable(v.looseObject({ n: v.number() })),
      warnings: v.array(v.object({ message: v.string(), hint: v.string() })),
    }),
  ),
});

/**
 * An earlier profile of this directory.
 * @returns null where it holds none, or one that was killed before its first word
 * @throws ToolError USAGE for a file that is no profile's, naming it, and the line where it is no JSON
 */
export function readProfile(directory: string): Profile | null {
  const file = readSaved(join(directory, PROFILE_JSON), parsePythonJson, Written, "profile writes");
  return file === null ? null : (file.content as Profile);
}

/** Where a level's run directory is, relative to the profile's. */
export function levelDirectory({ name }: Pick<LevelResult, "name">): string {
  return `levels/${name}`;
}
