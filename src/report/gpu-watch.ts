import { formatNumber } from "../core/units.ts";
import { isThrottle } from "../native/nvml/clock-events.ts";
import { withUnit } from "./gpu-lines.ts";
import type { GpuRow } from "./gpu-row.ts";
import { shortName } from "./gpu-table.ts";
import { measured } from "./numbers.ts";
import { bar, sparkline } from "./sparkline.ts";

/** A GPU in a live view, with what came before, oldest first. */
export interface WatchedGpu extends GpuRow {
  utilizationHistory: readonly (number | null)[];
  powerHistory: readonly (number | null)[];
}

const BAR = 20;
/** Of a GPU's lines, with the empty one after them. */
const HEIGHT = 5;
const HEADING = 2;

/** How many values of a history a view of this width has room for. */
export function historyWidth(width: number): number {
  return Math.max(10, Math.min(60, width - 55));
}

/** The live view, as lines that fit a window of this width and height. */
export function watchFrame(
  heading: string,
  gpus: readonly WatchedGpu[],
  { width, height }: { width: number; height: number },
): string[] {
  const room = Math.max(1, Math.floor((height - HEADING - 1) / HEIGHT));
  const shown = gpus.length <= room ? gpus : gpus.slice(0, room);
  const lines = [heading, "", ...shown.flatMap((gpu) => [...gpuBlock(gpu), ""])];
  if (shown.length < gpus.length)
    lines.push(`and ${gpus.length - shown.length} more: a taller window has room`);
  return lines.map((line) => cut(line, width));
}

/** A GPU on one line, for a view that is no terminal. */
export function watchLine(gpu: GpuRow): string {
  const held = gpu.clockEvents?.filter(isThrottle) ?? [];
  return [
    `GPU ${gpu.label}`,
    `use ${withUnit(gpu.utilizationPercent, "%")}`,
    `memory ${mib(gpu)} MiB`,
    withUnit(gpu.powerW, "W"),
    withUnit(gpu.temperatureC, "°C"),
    `SM ${withUnit(gpu.smClockMhz, "MHz")}`,
    ...held,
  ].join(" · ");
}

function gpuBlock(gpu: WatchedGpu): string[] {
  const { memoryUsedMib: used, memoryTotalMib: total, utilizationPercent, powerW, clockEvents } = gpu;
  const share = (part: number | null, whole: number | null) =>
    part === null || whole === null ? null : part / whole;
  const mostW = gpu.powerLimitW ?? Math.max(1, ...gpu.powerHistory.map((watts) => watts ?? 0));
  const held = clockEvents?.filter(isThrottle) ?? [];
  const state = [
    withUnit(gpu.temperatureC, "°C"),
    `SM ${withUnit(gpu.smClockMhz, "MHz")}`,
    ...(held.length > 0 ? [`held back: ${held.join(", ")}`] : []),
  ];
  return [
    `GPU ${gpu.label} ${shortName(gpu.name)} · ${state.join(" · ")}`,
    row(
      "use",
      utilizationPercent,
      "%",
      share(utilizationPercent, 100),
      sparkline(gpu.utilizationHistory, 100),
    ),
    row("power", powerW, "W", share(powerW, gpu.powerLimitW), sparkline(gpu.powerHistory, mostW)),
    `  memory ${bar(share(used, total), BAR)} ${mib(gpu)} MiB`,
  ];
}

function row(
  name: string,
  value: number | null,
  unit: string,
  share: number | null,
  history: string,
): string {
  return `  ${name.padEnd(6)} ${bar(share, BAR)} ${measured(value).padStart(5)} ${unit.padEnd(2)} ${history}`;
}

function mib({ memoryUsedMib, memoryTotalMib }: GpuRow): string {
  const shown = (value: number | null) => (value === null ? "-" : formatNumber(value));
  return `${shown(memoryUsedMib)} of ${shown(memoryTotalMib)}`;
}

/** Cuts a line to the columns of the window; its characters are one column wide. */
function cut(line: string, width: number): string {
  const characters = [...line];
  return characters.length <= width ? line : characters.slice(0, width).join("");
}
