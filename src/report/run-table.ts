import { textTable } from "./text-table.ts";
import { COLUMNS } from "./wrapped.ts";

/**
 * Rows of runs, the name first, as aligned text of 80 columns. Where names are so long that figures have no room beside them, each stands on
 * a line of its own above them.
 */
export function runTable(rows: readonly (readonly string[])[]): string[] {
  const beside = textTable(rows);
  if (beside.every((line) => Bun.stringWidth(line) <= COLUMNS)) return beside;
  const below = textTable(rows.map(([, ...cells]) => ["", ...cells]));
  return rows.flatMap(([name = ""], i) => [...(name === "" ? [] : [name]), below[i]!]);
}
