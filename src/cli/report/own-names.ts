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
