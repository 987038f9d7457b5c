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
import { PROFILE_JSON, profileFiles, readProfile } from "./files.ts";
import type { ProfileValues } from "./level-values.ts";

/**
 * The profile's directory, and what an earlier start of the same profile left in it.
 * @returns `earlier` null where there is nothing to go on with
 * @throws ToolError USAGE for a directory that may not be used
 */
export function openProfile(
  values: ProfileValues,
  most: number,
): { directory: RunDirectory; earlier: Profile | null } {
  const path = resolve(values.outdir ?? defaultOutdir("profile"));
  const before = values.resume || values.overwrite ? readProfile(path) : null;
  if (values.overwrite && before !== null) clearLevels(path, before, most);
  const directory = openRunDirectory(path, {
    overwrite: values.overwrite,
    // Anything may lie beside a profile's files, but a directory without them is none to go on with.
    resumes: values.resume && existsSync(join(path, PROFILE_JSON)),
    names: [...profileFiles, ...profileFigureFiles(values.figures), ...(values.html ? [REPORT_FILE] : [])],
  });
  return { directory, earlier: values.resume ? before : null };
}

/** @throws ToolError USAGE where an earlier profile was another one */
export function refuseOtherPlan(plan: Profile["plan"], earlier: Profile, directory: string): void {
  const differences = planDifferences(plan, earlier.plan);
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
