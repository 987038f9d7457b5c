import { parseCsv } from "../../../results/csv.ts";
import { INDEX_COLUMNS, refuseOutside } from "./manifest.ts";

/** A line of the index file. */
export interface IndexedSample {
  /** Below the root. */
  file: string;
  offset: number;
  bytes: number;
  crc32: number;
}

/** @throws Error where the text is no such index */
export function parseIndex(text: string): IndexedSample[] {
  const [header, ...rows] = parseCsv(text);
  if (header?.join() !== INDEX_COLUMNS.join()) throw new Error(`the header is not ${INDEX_COLUMNS.join()}`);
  return rows.map(([file = "", ...cells], i) => {
    const [offset, bytes, crc32] = cells.map(Number) as [number, number, number];
    const isWhole = file !== "" && [offset, bytes, crc32].every((n) => Number.isSafeInteger(n) && n >= 0);
    refuseOutside(file);
    if (!isWhole) throw new Error(`line ${i + 2} is no sample`);
    return { file, offset, bytes, crc32 };
  });
}
