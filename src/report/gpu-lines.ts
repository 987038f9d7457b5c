import { formatNumber } from "../core/units.ts";
import type { GpuFigures } from "../telemetry/gpu/run-figures.ts";
import { gpuLabel } from "../telemetry/gpu/sample.ts";
import type { GpuSummary } from "../telemetry/gpu/summary.ts";
import { measured } from "./numbers.ts";

/** What the GPUs did, two or three lines each, in 80 columns. */
export function gpuLines(figures: GpuFigures | null): string[] {
  return (figures?.devices ?? []).flatMap((device) => {
    const label = `GPU ${gpuLabel(device)}: `;
    return linesOf(device).map((line, i) => (i === 0 ? label : " ".repeat(label.length)) + line);
  });
}

function linesOf(device: GpuSummary): string[] {
  const { utilizationPercent, powerW, energy, memoryPeakMib, memoryTotalMib, temperatureMaxC } = device;
  const first = [`utilisation mean ${withUnit(utilizationPercent?.mean, "%")}`];
  first.push(`power mean ${withUnit(powerW?.mean, "W")}`);
  if (energy !== null) first.push(`energy ${joules(energy.joules)} by its ${energy.source}`);
  const second = [`memory peak ${measured(memoryPeakMib)} of ${withUnit(memoryTotalMib, "MiB")}`];
  if (temperatureMaxC !== null) second.push(`at most ${temperatureMaxC} °C`);
  const lines = [first.join(" · "), second.join(" · ")];
  const held = device.throttle?.map(({ reason, share }) => `${reason} ${(100 * share).toFixed(0)} %`) ?? [];
  if (held.length > 0) lines.push(`held back: ${held.slice(0, 2).join(", ")}`);
  return lines;
}

/** A measured number with its unit; `-` alone for what was not measured. */
export function withUnit(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? "-" : `${measured(value)} ${unit}`;
}

/** `950 J`, `18.2 kJ`, `1,234 kJ`. */
function joules(value: number): string {
  if (value < 999.5) return `${measured(value)} J`;
  return `${value < 999_500 ? measured(value / 1000) : formatNumber(value / 1000)} kJ`;
}
