import { clockEventNames } from "../../native/nvml/clock-events.ts";
import { type FigureKey, figureTable } from "./figures.ts";

/** Which GPU, as nvidia-smi numbers them, and which part of it (MIG), null for the whole. */
export interface GpuId {
  index: number;
  mig: number | null;
}

/** One reading of one GPU; null where the driver gave no figure, or where it was not its turn. */
export interface GpuSample extends GpuId, Record<FigureKey, number | null> {
  /** Instant on the run's clock, in ms: the middle of the reading. */
  atMs: number;
}

/** `0`, or `0:2` for a part. */
export function gpuLabel({ index, mig }: GpuId): string {
  return mig === null ? String(index) : `${index}:${mig}`;
}

/** The first line of gpu_memory.csv; `timestamp` is Unix seconds. */
export const GPU_CSV_HEADER = ["timestamp", "gpu_index", ...figureTable.map(({ csv }) => csv)].join(",");

/**
 * A reading as a line of gpu_memory.csv; what is absent is an empty cell.
 * @param figures in the order of the table, NaN for none
 */
export function csvLine(gpu: GpuId, figures: ArrayLike<number>, unixMs: number): string {
  const cells = figureTable.map(({ key }, i) => {
    const value = figures[i]!;
    if (Number.isNaN(value)) return "";
    // Names, as a mask is read by nobody; a word where nothing holds the clocks back, since empty means unknown.
    if (key === "clockEvents") return value === 0 ? "none" : clockEventNames(value).join("|");
    return String(Math.round(value * 1000) / 1000);
  });
  return [(unixMs / 1000).toFixed(6), gpuLabel(gpu), ...cells].join(",");
}
