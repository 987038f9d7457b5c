/** Levels that are named. */
const MOST_NAMED = 3;

/** Levels' names; of many how many more there are. */
export function levelsText(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more <= 1 ? names.join(", ") : `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more levels`;
}
