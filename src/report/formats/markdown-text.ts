/** A row of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Keeps names from being markup, and a line a line. */
export function inline(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(/[|<>`]/g, "\\$&");
}
