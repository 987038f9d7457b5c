import { moments } from "../../analysis/describe.ts";
import { quantile } from "../../analysis/quantile.ts";
import type { GpuSample } from "./sample.ts";

/** A span of the run's clock, both ends included, in ms. */
export interface Window {
  fromMs: number;
  toMs: number;
}

export interface Spread {
  mean: number;
  p95: number;
  max: number;
}

/** One GPU inside a window; null where the driver gave no figure. */
export interface GpuSummary {
  index: number;
  /** Samples inside the window. */
  n: number;
  /** Mean time between them. */
  periodMs: number | null;
  utilizationPercent: Spread | null;
  powerW: Spread | null;
  smClockMhz: Spread | null;
  temperatureMaxC: number | null;
  memoryPeakMib: number | null;
  memoryTotalMib: number | null;
}

/** Summarizes each GPU that was ever seen, by index, over the samples of the window. */
export function summarizeGpus(samples: readonly GpuSample[], window: Window): GpuSummary[] {
  const byGpu = new Map<number, GpuSample[]>();
  for (const sample of samples) {
    const inside = byGpu.get(sample.index) ?? [];
    byGpu.set(sample.index, inside);
    if (sample.atMs >= window.fromMs && sample.atMs <= window.toMs) inside.push(sample);
  }
  return [...byGpu].sort(([a], [b]) => a - b).map(([index, inside]) => summaryOf(index, inside));
}

function summaryOf(index: number, inside: readonly GpuSample[]): GpuSummary {
  const n = inside.length;
  const column = (figure: (sample: GpuSample) => number | null) =>
    Float64Array.from(inside.map(figure).filter((value) => value !== null)).sort();
  const last = (sorted: Float64Array) => sorted.at(-1) ?? null;
  return {
    index,
    n,
    periodMs: n > 1 ? (inside[n - 1]!.atMs - inside[0]!.atMs) / (n - 1) : null,
    utilizationPercent: spreadOf(column((sample) => sample.utilizationPercent)),
    powerW: spreadOf(column((sample) => sample.powerW)),
    smClockMhz: spreadOf(column((sample) => sample.smClockMhz)),
    temperatureMaxC: last(column((sample) => sample.temperatureC)),
    memoryPeakMib: last(column((sample) => sample.memoryUsedMib)),
    memoryTotalMib: last(column((sample) => sample.memoryTotalMib)),
  };
}

function spreadOf(sorted: Float64Array): Spread | null {
  if (sorted.length === 0) return null;
  return { mean: moments(sorted).mean, p95: quantile(sorted, 0.95)!, max: sorted[sorted.length - 1]! };
}
