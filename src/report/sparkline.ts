/** Characters of eight heights. */
const HEIGHTS = "▁▂▃▄▅▆▇█";

/**
 * Values as a row of characters, their height between 0 and `full`; a space for what is not known.
 * @param full what the highest character stands for; more is cut off
 */
export function sparkline(values: readonly (number | null)[], full: number): string {
  return values
    .map((value) => {
      if (value === null) return " ";
      const height = Math.floor((value / full) * HEIGHTS.length);
      return HEIGHTS[Math.min(HEIGHTS.length - 1, Math.max(0, height))];
    })
    .join("");
}

/** A share between 0 and 1 as a bar of so many characters; dots where it is not known. */
export function bar(share: number | null, width: number): string {
  if (share === null) return "·".repeat(width);
  const filled = Math.min(width, Math.max(0, Math.round(share * width)));
  return "█".repeat(filled) + "░".repeat(width - filled);
}
