import Papa from "papaparse";

/** What a cell may hold. Null and numbers that are not finite become an empty cell: what is absent is never 0. */
export type Cell = string | number | boolean | null;

export interface CsvOptions {
  /** `\n`, or `\r\n` where a seed's files have it. */
  newline?: "\n" | "\r\n";
  /** Rows put together into one slice. */
  sliceRows?: number;
}

/** Keeps a slice near a megabyte: few writes, and never the whole file in one string. */
const SLICE_ROWS = 8192;

/**
 * Rows as CSV text (RFC 4180), slice by slice, each line ended; for `writeAtomic`.
 * @param columns the header, or null for a file without one
 */
export function* csvSlices(
  columns: readonly string[] | null,
  rows: Iterable<readonly Cell[]>,
  options: CsvOptions = {},
): Generator<string> {
  const { newline = "\n", sliceRows = SLICE_ROWS } = options;
  let slice: (readonly Cell[])[] = columns === null ? [] : [columns];
  for (const row of rows) {
    slice.push(row.map(shown));
    if (slice.length >= sliceRows) {
      yield textOf(slice, newline);
      slice = [];
    }
  }
  if (slice.length > 0) yield textOf(slice, newline);
}

/** A small table as CSV text, in one piece. */
export function csvText(
  columns: readonly string[] | null,
  rows: Iterable<readonly Cell[]>,
  options: CsvOptions = {},
): string {
  return [...csvSlices(columns, rows, options)].join("");
}

/**
 * The cells of CSV text as strings, row by row; a header is the first row. Lines end in `\n` or all in `\r\n`.
 * @throws Error on a quote that never closes
 */
export function parseCsv(text: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", newline: newlineOf(text) });
  const broken = errors.find((error) => error.type === "Quotes");
  if (broken !== undefined) throw new Error(`row ${(broken.row ?? 0) + 1}: ${broken.message}`);
  // The last line end begins no row of its own.
  if (text.endsWith("\n") || text === "") data.pop();
  return data;
}

/** The first line end outside quotes; papaparse's own guess looks at a part of the text and can take a quoted one. */
function newlineOf(text: string): "\n" | "\r\n" {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') isQuoted = !isQuoted;
    else if (text[i] === "\n" && !isQuoted) return text[i - 1] === "\r" ? "\r\n" : "\n";
  }
  return "\n";
}

function shown(cell: Cell): Cell {
  return typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
}

function textOf(rows: readonly (readonly Cell[])[], newline: string): string {
  return Papa.unparse(rows as unknown[][], { newline, header: false }) + newline;
}
