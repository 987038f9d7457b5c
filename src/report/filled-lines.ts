import { COLUMNS } from "./wrapped.ts";

/** The parts with a separator between them, as many as fit on a line; lines after the first begin with the indent. */
export function filledLines(parts: readonly string[], separator: string, indent = ""): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last}${separator}${part}`;
    if (last !== undefined && Bun.stringWidth(longer) <= COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(last === undefined ? part : indent + part);
  }
  return lines;
}
