/* The table of requests as it travels into a page: columns of whole numbers, each as variable-length bytes. */

/** `duration`: ms in hundredths; `time`: the same, as differences of successive rows; `count`: whole; `name`: a place in `names`. */
export type ColumnKind = "duration" | "time" | "count" | "name";

/** A column's description, beside its bytes. */
export interface ColumnHead {
  id: string;
  title: string;
  unit: string;
  definition: string;
  kind: ColumnKind;
  /** Of a `name` column: the texts, in the order of their numbers. */
  names?: readonly string[];
}

/** A column's values; NaN where there is none. */
export type ColumnValues = Float64Array;

export const MS_STEP = 0.01;

/** Bytes of one column: each value zigzag-coded, 0 for none, seven bits a byte (LEB128), the highest bit where more follow. */
export function encodeColumn(kind: ColumnKind, values: ColumnValues): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const value of values) {
    if (Number.isNaN(value)) {
      bytes.push(0);
      continue;
    }
    const whole = kind === "duration" || kind === "time" ? Math.round(value / MS_STEP) : value;
    const step = kind === "time" ? whole - before : whole;
    before = whole;
    let rest = (step < 0 ? -2 * step - 1 : 2 * step) + 1;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

/** Reads `rows` values of a column. @returns them, and where the next column begins */
export function decodeColumn(
  kind: ColumnKind,
  bytes: Uint8Array,
  from: number,
  rows: number,
): { values: ColumnValues; end: number } {
  const values = new Float64Array(rows);
  const isTime = kind === "time";
  const unit = kind === "duration" || isTime ? MS_STEP : 1;
  let at = from;
  let before = 0;
  for (let row = 0; row < rows; row++) {
    let code = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++]!;
      code += (byte % 128) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    if (code === 0) {
      values[row] = Number.NaN;
      continue;
    }
    const zigzag = code - 1;
    const step = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    const whole = isTime ? before + step : step;
    before = whole;
    values[row] = whole * unit;
  }
  return { values, end: at };
}

/** The table inside a page. */
export interface RequestTableData {
  rows: number;
  columns: readonly ColumnHead[];
  /** All columns' bytes one after the other, as packed.ts has them. */
  packed: string;
}
