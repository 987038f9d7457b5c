/** Every figure of a serving run, as its file is named without the ending. Nothing is imported here: names are declared before figures are drawn. */
export const servingFigures = [
  "throughput_latency",
  "throughput_normalized_latency",
  "cost_latency",
  "ttft_distribution",
  "itl_distribution",
  "icl_distribution",
  "requests_over_time",
  "swim_lanes",
  "goodput_rate",
] as const;

export const figureFormats = ["none", "png", "svg"] as const;
export type FigureFormat = (typeof figureFormats)[number];

/** The files that a run may write in this format. */
export function figureFiles(format: FigureFormat): string[] {
  return format === "none" ? [] : servingFigures.map((name) => `${name}.${format}`);
}
