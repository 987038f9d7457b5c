import { moments } from "../../analysis/describe.ts";
import { quantile } from "../../analysis/quantile.ts";
import { clockEventNames, isThrottle } from "../../native/nvml/clock-events.ts";
import { returnName } from "../../native/nvml/values.ts";
import { type EnergyFigure, energyWithin } from "./energy.ts";
import { type FigureKey, figureKeys } from "./figures.ts";
import type { ProcessLog, ProcessSummary } from "./process-log.ts";
import { NOT_OFFERED, type SampleRing, type Window } from "./ring.ts";
import type { GpuId } from "./sample.ts";
import type { GpuInfo } from "./sampler-messages.ts";

export interface Spread {
  mean: number;
  p95: number;
  max: number;
}

/** A reason that held the clocks back, and the share of the readings that name it. */
export interface Throttle {
  reason: string;
  share: number;
}

/** One GPU inside a window; null where the driver gave no figure. */
export interface GpuSummary extends GpuId {
  name: string | null;
  uuid: string | null;
  /** Readings inside the window. */
  n: number;
  /** Mean time between them. */
  periodMs: number | null;
  utilizationPercent: Spread | null;
  memoryUtilizationPercent: Spread | null;
  powerW: Spread | null;
  powerInstantW: Spread | null;
  /** The lowest of all limits in force when sampling began. */
  powerLimitW: number | null;
  energy: EnergyFigure | null;
  smClockMhz: Spread | null;
  memoryClockMhz: Spread | null;
  pcieTxKbPerS: Spread | null;
  pcieRxKbPerS: Spread | null;
  temperatureMaxC: number | null;
  memoryTemperatureMaxC: number | null;
  memoryPeakMib: number | null;
  memoryTotalMib: number | null;
  /** Longest first; empty: nothing held the GPU back; null: not known. */
  throttle: Throttle[] | null;
  /** The largest first; null where the driver does not tell. */
  processes: ProcessSummary[] | null;
  /** Figures without a value in the window: why. */
  notMeasured: Partial<Record<FigureKey, string>>;
}

/** The energy counter goes on in steps, and is read less often than the rest: readings this far outside still bracket the window. */
const BRACKET_MS = 10_000;

/** Summarizes a GPU over its readings inside a window. */
export function summarizeGpu(
  gpu: GpuInfo & { ring: SampleRing; processes: ProcessLog },
  window: Window,
): GpuSummary {
  const { ring } = gpu;
  const rows = ring.within(window);
  const n = rows.to - rows.from;
  const sorted = (key: FigureKey) => ring.series(key, rows).values.slice().sort();
  const spread = (key: FigureKey) => spreadOf(sorted(key));
  const max = (key: FigureKey) => sorted(key).at(-1) ?? null;
  const around = ring.within({ fromMs: window.fromMs - BRACKET_MS, toMs: window.toMs + BRACKET_MS });
  return {
    index: gpu.index,
    mig: gpu.mig,
    name: gpu.name,
    uuid: gpu.uuid,
    n,
    periodMs: n > 1 ? (ring.atMs(rows.to - 1) - ring.atMs(rows.from)) / (n - 1) : null,
    utilizationPercent: spread("utilizationPercent"),
    memoryUtilizationPercent: spread("memoryUtilizationPercent"),
    powerW: spread("powerW"),
    powerInstantW: spread("powerInstantW"),
    powerLimitW: gpu.powerLimitW,
    energy: energyWithin(window, ring.series("energyJ", around), ring.series("powerW", around)),
    smClockMhz: spread("smClockMhz"),
    memoryClockMhz: spread("memoryClockMhz"),
    pcieTxKbPerS: spread("pcieTxKbPerS"),
    pcieRxKbPerS: spread("pcieRxKbPerS"),
    temperatureMaxC: max("temperatureC"),
    memoryTemperatureMaxC: max("memoryTemperatureC"),
    memoryPeakMib: max("memoryUsedMib"),
    memoryTotalMib: max("memoryTotalMib"),
    throttle: throttleOf(ring.series("clockEvents", rows).values),
    processes: gpu.processes.within(window),
    notMeasured: Object.fromEntries(
      figureKeys
        .filter((key) => ring.series(key, rows).values.length === 0)
        .map((key) => [key, whyNot(ring.statusOf(key))]),
    ),
  };
}

function spreadOf(sorted: Float64Array): Spread | null {
  if (sorted.length === 0) return null;
  return { mean: moments(sorted).mean, p95: quantile(sorted, 0.95)!, max: sorted[sorted.length - 1]! };
}

/** @param masks of clock events, one a reading */
function throttleOf(masks: Float64Array): Throttle[] | null {
  if (masks.length === 0) return null;
  const counts = new Map<string, number>();
  for (const mask of masks)
    for (const name of clockEventNames(mask).filter(isThrottle))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, share: count / masks.length }))
    .sort((a, b) => b.share - a.share);
}

function whyNot(status: number): string {
  if (status === NOT_OFFERED) return "not read";
  return status === 0 ? "no reading in this window" : returnName(status);
}
