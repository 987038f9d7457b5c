import { fromZero } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import type { Layer, Panel } from "../spec.ts";
import type { GpuOverTime, OverTime } from "./over-time-data.ts";
import { keyOf, middlesOf, valuesOf } from "./time-lines.ts";

/** More GPUs than this are shown as their mean, least and most. */
const MOST_GPUS = 4;

/** Utilisation and power by time, as far as they were recorded. */
export function gpuPanels({ edgesS, gpus }: Pick<OverTime, "edgesS" | "gpus">): Panel[] {
  const panel = (
    name: string,
    of: (gpu: GpuOverTime) => readonly (number | null)[],
    least: number,
  ): Panel[] => {
    const known = gpus.filter((gpu) => of(gpu).some((value) => value !== null));
    if (known.length === 0) return [];
    const points = gpuLines(known.map(of)).map((values) => middlesOf(edgesS, values));
    const layers = points.map(
      (line, i): Layer => ({ kind: "line", style: runStyle(i), points: line, thin: i > 0 }),
    );
    const names =
      known.length > MOST_GPUS
        ? [`mean of ${known.length}`, "least", "most"]
        : known.map(({ gpu }) => `GPU ${gpu}`);
    return [{ name, y: fromZero(valuesOf(layers), least), layers, key: keyOf(...names) }];
  };
  return [
    ...panel("GPU utilisation, %", ({ utilizationPercent }) => utilizationPercent, 100),
    ...panel("GPU power, W", ({ powerW }) => powerW, 1),
  ];
}

/** Each GPU's line, or of many the mean, the least and the most. */
function gpuLines(lines: readonly (readonly (number | null)[])[]): (readonly (number | null)[])[] {
  if (lines.length <= MOST_GPUS) return [...lines];
  const across = (of: (values: number[]) => number) =>
    lines[0]!.map((_, bin) => {
      const values = lines.map((line) => line[bin]!).filter((value) => value !== null);
      return values.length === 0 ? null : of(values);
    });
  return [
    across((values) => values.reduce((a, b) => a + b) / values.length),
    across((values) => Math.min(...values)),
    across((values) => Math.max(...values)),
  ];
}
