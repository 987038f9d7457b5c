import { existsSync, readFileSync } from "node:fs";
import { messageOf, usageError } from "../../../core/errors.ts";
import { parseCsv } from "../../../results/csv.ts";

/** One GPU's readings, by time; null where the driver gave none. */
export interface GpuReading {
  unixMs: number;
  gpu: number;
  utilizationPercent: number | null;
  powerW: number | null;
}

/**
 * Reads gpu_memory.csv by the names of its columns.
 * @returns no readings where the table has other columns
 */
export function gpuReadings(csv: string): GpuReading[] {
  // A run that was killed may have left half a line.
  const [header = [], ...rows] = parseCsv(csv.slice(0, csv.lastIndexOf("\n") + 1));
  const columns = ["timestamp", "gpu_index", "utilization_percent", "power_w"].map((name) =>
    header.indexOf(name),
  );
  if (columns.some((column) => column < 0)) return [];
  return rows.flatMap((row) => {
    const [unixS, gpu, utilizationPercent, powerW] = columns.map((column) => numberOf(row[column]));
    if (unixS === null || unixS === undefined || gpu === null || gpu === undefined) return [];
    return [
      { unixMs: unixS * 1000, gpu, utilizationPercent: utilizationPercent ?? null, powerW: powerW ?? null },
    ];
  });
}

/** gpu_memory.csv beside a run; null where there is none. @throws ToolError USAGE where it cannot be read */
export function readGpuReadings(path: string): GpuReading[] | null {
  if (!existsSync(path)) return null;
  try {
    return gpuReadings(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function numberOf(cell: string | undefined): number | null {
  const value = cell === undefined || cell === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : null;
}
