import { eachLine } from "../../../core/each-line.ts";
import { messageOf, ToolError, usageError } from "../../../core/errors.ts";
import { GrowingFloats } from "../../../core/growing-floats.ts";

/** A table of numbers, column by column. */
export interface NumberTable<Name extends string> {
  columns: Record<Name, Float64Array>;
  rows: number;
  /** Whether the last line had no end, and was left out: its writer was killed. */
  isCutOff: boolean;
}

/**
 * Reads the named columns of a CSV file of plain numbers, line by line.
 * @param hasHeader whether the first line names the columns; without one they are `names`, in that order
 * @param optional columns that may not be there, and whose cells may be empty: NaN
 * @throws ToolError USAGE with file and line for anything else
 */
export function readNumbers<Name extends string>(
  path: string,
  names: readonly Name[],
  hasHeader: boolean,
  optional: readonly Name[] = [],
): NumberTable<Name> {
  const values = names.map(() => new GrowingFloats());
  let places = hasHeader ? null : names.map((_, i) => i);
  let width = hasHeader ? 0 : names.length;
  let line = 0;
  const refuse = (what: string) => usageError(`${path}, line ${line}: ${what}`);
  const take = (text: string) => {
    line++;
    const cells = (text.endsWith("\r") ? text.slice(0, -1) : text).split(",");
    if (places === null) {
      places = names.map((name) => cells.indexOf(name));
      width = cells.length;
      const missing = names.find((name, i) => places![i]! < 0 && !optional.includes(name));
      if (missing !== undefined) throw refuse(`there is no column "${missing}"`);
      return;
    }
    if (cells.length !== width) throw refuse(`it has ${cells.length} cells, not ${width}`);
    for (const [i, place] of places.entries()) {
      const isEmpty = place < 0 || cells[place] === "";
      const value = isEmpty ? Number.NaN : Number(cells[place]);
      if (!Number.isFinite(value) && !(isEmpty && optional.includes(names[i]!)))
        throw refuse(`"${cells[place]}" is no number (${names[i]})`);
      values[i]!.push(value);
    }
  };
  let isCutOff: boolean;
  try {
    isCutOff = eachLine(path, take);
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
  const columns = Object.fromEntries(names.map((name, i) => [name, values[i]!.toArray()]));
  return { columns: columns as Record<Name, Float64Array>, rows: values[0]!.length, isCutOff };
}
