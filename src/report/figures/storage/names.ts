/** Every figure of storage runs, as its file is named without the ending. Nothing is imported here: names are declared before figures are drawn. */
export const storageFigures = [
  "throughput",
  "loading_time_tails",
  "loading_over_steps",
  "step_loading_distribution",
  "microbatch_loading_distribution",
  "throughput_over_time",
] as const;

export type StorageFigure = (typeof storageFigures)[number];

/** The files that a run may write in this format. */
export function storageFigureFiles(format: "none" | "png" | "svg"): string[] {
  return format === "none" ? [] : storageFigures.map((name) => `${name}.${format}`);
}
