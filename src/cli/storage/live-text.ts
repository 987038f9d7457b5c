import { acceleratorUtilisation, windowS } from "../../benchmarks/storage/figures.ts";
import type { Measurements } from "../../benchmarks/storage/measurements.ts";
import { formatBytes, formatNumber } from "../../core/units.ts";

/** The live line of a run; null while it warms up. */
export function liveText(measured: Measurements, steps: number): string | null {
  const seconds = windowS(measured);
  if (seconds === null || seconds === 0) return null;
  const au = acceleratorUtilisation(measured);
  return [
    `step ${formatNumber(measured.steps)} of ${formatNumber(steps)}`,
    `${formatBytes(measured.bytes / seconds)}/s`,
    ...(au === null ? [] : [`AU ${(100 * au).toFixed(1)} %`]),
  ].join(" · ");
}
