import { join } from "node:path";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { ToolError } from "../../core/errors.ts";
import { readMetadata } from "../../report/figures/serving/saved-files.ts";
import { killedLevel } from "../../report/killed-level.ts";
import { askedVerdict } from "../../report/saved-verdict.ts";
import { levelDirectory, levelsOnDisk } from "../profile/files.ts";
import { feedRecords } from "./runs.ts";

/** A profile with the level that it was killed in: profile.json does not know that one, its directory has its records. */
export function withKilledLevels(directory: string, profile: Profile): Profile {
  const known = new Set(profile.levels.map(({ number }) => number));
  const killed = levelsOnDisk(directory)
    .filter(({ number }) => !known.has(number))
    .flatMap((found) => killedIn(directory, found) ?? []);
  if (killed.length === 0) return profile;
  const levels = [...profile.levels, ...killed].sort((one, other) => one.number - other.number);
  return { ...profile, levels };
}

function killedIn(directory: string, found: ReturnType<typeof levelsOnDisk>[number]): LevelResult | null {
  const relative = levelDirectory(found);
  const path = join(directory, relative);
  try {
    const metadata = readMetadata(path);
    // A level that came to its end and is in no list is of an earlier plan.
    if (metadata === null || metadata.status === "complete") return null;
    const records: RequestRecord[] = [];
    feedRecords(path, (record) => records.push(record));
    return killedLevel(found, relative, metadata.startedAt ?? "", records, askedVerdict(metadata));
  } catch (error) {
    // What cannot be read is for `report` of that directory to say.
    if (!(error instanceof ToolError)) throw error;
    return null;
  }
}
