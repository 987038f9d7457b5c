import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Profile } from "../../benchmarks/profile/profile-shape.ts";
import { planDifferences } from "../../benchmarks/profile/resume.ts";
import { usageError } from "../../core/errors.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import { type MetadataFile, startMetadata } from "../../results/metadata.ts";
import { createRedactor } from "../../results/redact.ts";
import { openRunDirectory, type RunDirectory } from "../../results/run-directory.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { runEnvironment } from "../serving/metadata.ts";
import { clearLevels } from "./clear.ts";
import { profileFigureFiles } from "./figures.ts";
import { PROFILE_JSON, profileFiles } from "./files.ts";
import type { ProfileValues } from "./level-values.ts";
import { decidingOnly } from "./plan-record.ts";
import { readProfile } from "./saved-profile.ts";

export interface OpenProfile {
  directory: RunDirectory;
  /** What an earlier start of the same profile left; null: nothing to go on with. */
  earlier: Profile | null;
  /** With --overwrite, removes what an earlier profile left: not before the first level is about to send. */
  clear(): void;
}

/**
 * Opens the profile's directory; all that is in it stays.
 * @throws ToolError USAGE for a directory that may not be used
 */
export function openProfile(values: ProfileValues, most: number): OpenProfile {
  const path = resolve(values.outdir ?? defaultOutdir("profile"));
  if (values.resume && !existsSync(join(path, PROFILE_JSON)))
    throw usageError(
      `there is nothing to resume in ${path}: it has no ${PROFILE_JSON}`,
      "Name the profile's directory with --outdir, or start it without --resume.",
    );
  const before = values.resume || values.overwrite ? readProfile(path) : null;
  const directory = openRunDirectory(path, {
    overwrite: false,
    claims: true,
    appearLate: true,
    resumes: values.overwrite || values.resume,
    names: [...profileFiles, ...profileFigureFiles(values.figures), ...(values.html ? [REPORT_FILE] : [])],
  });
  return {
    directory,
    earlier: values.resume ? before : null,
    clear() {
      if (!values.overwrite) return;
      if (before !== null) clearLevels(path, before, most);
      directory.clear();
    },
  };
}

/** @throws ToolError USAGE where an earlier profile was another one */
export function refuseOtherPlan(plan: Profile["plan"], earlier: Profile, directory: string): void {
  const differences = planDifferences(plan, decidingOnly(earlier.plan));
  if (differences.length > 0)
    throw usageError(
      `the profile in ${directory} is another one:\n${differences.join("\n")}`,
      "Give the flags that it was started with, or another --outdir.",
    );
}

/** Writes the profile's metadata.yaml as it begins. */
export async function startProfileMetadata(
  values: ProfileValues,
  { run, plan }: Profile,
  directory: RunDirectory,
): Promise<MetadataFile> {
  const argv = process.argv.slice(2);
  const facts = {
    version: run.version,
    benchmark: "profile",
    runName: run.runName,
    startedAtUnixMs: Date.parse(run.startedAt),
    argv,
    environment: await runEnvironment(directory, values.cloudProbe),
    plan,
  };
  return startMetadata(directory, facts, createRedactor({ argv, env: process.env }));
}
