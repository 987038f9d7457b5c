import { returnCode } from "../../native/nvml/values.ts";
import { figureKeys, figureTable } from "./figures.ts";
import { NOT_OFFERED } from "./ring.ts";

/** What is asked of nvidia-smi: all of these are known to every driver since 2015; one unknown field would fail the whole query. */
export const SMI_FIELDS: readonly string[] = [
  "index",
  "uuid",
  ...figureTable.map(({ smi }) => smi).filter((name) => name !== null),
];

/** One line of nvidia-smi. */
export interface SmiReading {
  index: number;
  uuid: string;
  /** In the order of the figures' table, NaN for none. */
  figures: Float64Array;
  /** Why a figure has no value, in the same order; see SampleRing.setStatus. */
  statuses: Int32Array;
}

/** Reads a line of `--format=csv,noheader,nounits`; null for anything that is no reading, such as an error message. */
export function parseSmiLine(line: string): SmiReading | null {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length !== SMI_FIELDS.length || !/^\d+$/.test(cells[0]!)) return null;
  const figures = new Float64Array(figureKeys.length).fill(Number.NaN);
  const statuses = new Int32Array(figureKeys.length).fill(NOT_OFFERED);
  let cell = 2;
  for (const [i, { smi }] of figureTable.entries()) {
    if (smi === null) continue;
    const text = cells[cell++]!;
    const isNumber = /^\d+(?:\.\d+)?$/.test(text);
    if (isNumber) figures[i] = Number(text);
    statuses[i] = isNumber ? 0 : returnCode(/lost/i.test(text) ? "GPU_IS_LOST" : "NOT_SUPPORTED");
  }
  return { index: Number(cells[0]), uuid: cells[1]!, figures, statuses };
}
