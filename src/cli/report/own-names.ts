import type { Profile } from "../../benchmarks/profile/profile-shape.ts";

/** Runs of one name are told apart by their directories. */
export function withOwnNames<Run extends { name: string }>(
  directories: readonly string[],
  runs: readonly Run[],
): Run[] {
  return runs.map((run, i) => {
    const isOnly = runs.filter(({ name }) => name === run.name).length === 1;
    return isOnly ? run : { ...run, name: directories[i]! };
  });
}

/** A profile under its own name among others. */
export function profileNamed({ name, profile }: { name: string; profile: Profile }): Profile {
  return { ...profile, run: { ...profile.run, runName: name } };
}
