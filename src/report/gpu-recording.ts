import { formatDuration } from "../core/units.ts";
import type { GpuFigures } from "../telemetry/gpu/run-figures.ts";
import { gpuLabel } from "../telemetry/gpu/sample.ts";
import type { Spread } from "../telemetry/gpu/summary.ts";
import { gpuLines } from "./gpu-lines.ts";
import { measured } from "./numbers.ts";
import { textTable } from "./text-table.ts";

/** A recording at a glance, in 80 columns. */
export function recordingText(
  recording: { startedAt: string; durationS: number; interrupted: boolean },
  figures: GpuFigures,
): string {
  const { devices, intervalMs, sampler } = figures;
  const status = recording.interrupted ? ", INTERRUPTED" : "";
  const heading = `${formatDuration(1000 * recording.durationS)} from ${recording.startedAt}${status}`;
  const rows = devices.map((device) => [
    gpuLabel(device),
    measured(device.n),
    device.periodMs === null ? "-" : formatDuration(device.periodMs),
    spread(device.utilizationPercent),
    spread(device.powerW),
    spread(device.smClockMhz),
  ]);
  const head = ["mean/p95/max", "readings", "period", "utilisation, %", "power, W", "SM clock, MHz"];
  const lines = [heading, "", ...textTable([head, ...rows]), "", ...gpuLines(figures)];
  if (sampler !== null) {
    const { cpuShare, readMs, readMaxMs } = sampler;
    lines.push(
      `Sampling each ${formatDuration(intervalMs!)} took ${(100 * cpuShare).toFixed(1)} % of a core; a round ${formatDuration(readMs)}, at most ${formatDuration(readMaxMs)}`,
    );
  }
  return lines.join("\n");
}

function spread(figure: Spread | null): string {
  return figure === null ? "-" : [figure.mean, figure.p95, figure.max].map(measured).join("/");
}
