import { levelsText } from "./levels-text.ts";

/**
 * Reasons against the client of a profile's levels (`03-rate-4: lateness p99 is …`), each kind once with the levels that have it: of reasons
 * that differ in their numbers alone the first one's are shown.
 */
export function groupedReasons(reasons: readonly string[]): string[] {
  const parts = reasons.map((reason) => {
    const [level = "", ...text] = reason.split(": ");
    return { level, text: text.join(": ") };
  });
  const groups = Map.groupBy(parts, ({ text }) => text.replace(/\d[\d.,]*( ?(%|ns|µs|ms|s|min|h)\b)?/g, "#"));
  return [...groups.values()].map((of) => {
    const [{ text }, ...others] = of as [(typeof of)[number], ...typeof of];
    const levels = levelsText([...new Set(of.map(({ level }) => level))]);
    return others.some((other) => other.text !== text)
      ? `${text} (${levels}, each with numbers of its own)`
      : `${text} (${levels})`;
  });
}
