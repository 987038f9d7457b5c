/** What is asked of nvidia-smi, in the order of `GpuSample`. */
export const SMI_FIELDS = [
  "index",
  "memory.used",
  "memory.total",
  "utilization.gpu",
  "power.draw",
  "temperature.gpu",
  "clocks.sm",
] as const;

/** One reading of one GPU; null where the driver gives none (`[N/A]`, `[Not Supported]`, a lost GPU). */
export interface GpuSample {
  /** Instant on the run's clock, in ms: when the line was read. */
  atMs: number;
  index: number;
  memoryUsedMib: number | null;
  memoryTotalMib: number | null;
  utilizationPercent: number | null;
  powerW: number | null;
  temperatureC: number | null;
  smClockMhz: number | null;
}

/** Reads a line of `--format=csv,noheader,nounits`; null for anything that is no sample, such as an error message. */
export function parseSample(line: string, atMs: number): GpuSample | null {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length !== SMI_FIELDS.length || !/^\d+$/.test(cells[0]!)) return null;
  const [index, ...figures] = cells.map((cell) => (/^\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : null));
  const [memoryUsedMib, memoryTotalMib, utilizationPercent, powerW, temperatureC, smClockMhz] = figures as (
    | number
    | null
  )[];
  return {
    atMs,
    index: index!,
    memoryUsedMib: memoryUsedMib ?? null,
    memoryTotalMib: memoryTotalMib ?? null,
    utilizationPercent: utilizationPercent ?? null,
    powerW: powerW ?? null,
    temperatureC: temperatureC ?? null,
    smClockMhz: smClockMhz ?? null,
  };
}

/** The first line of gpu_memory.csv; `timestamp` is Unix seconds. */
export const GPU_CSV_HEADER =
  "timestamp,gpu_index,memory_used_mib,memory_total_mib,utilization_percent,power_w,temperature_c,sm_clock_mhz";

/** The sample as a line of gpu_memory.csv; what is absent is an empty cell. */
export function csvLine(sample: GpuSample, unixMs: number): string {
  const cells = [
    (unixMs / 1000).toFixed(6),
    sample.index,
    sample.memoryUsedMib,
    sample.memoryTotalMib,
    sample.utilizationPercent,
    sample.powerW,
    sample.temperatureC,
    sample.smClockMhz,
  ];
  return cells.map((cell) => cell ?? "").join(",");
}
