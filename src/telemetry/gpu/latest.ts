import { figureKeys } from "./figures.ts";
import type { SampleRing } from "./ring.ts";
import type { GpuId, GpuSample } from "./sample.ts";

/**
 * The latest value of each figure, null where it has none since `fromMs` (on the run's clock): not every reading has them all.
 * @returns null where there is no reading since then
 */
export function latestOf(ring: SampleRing, { index, mig }: GpuId, fromMs: number): GpuSample | null {
  const last = ring.end - 1;
  if (last < 0 || ring.atMs(last) < fromMs) return null;
  const sample = { index, mig, atMs: ring.atMs(last) } as GpuSample;
  for (const key of figureKeys) {
    let row = last;
    while (row > ring.start && ring.atMs(row - 1) >= fromMs && Number.isNaN(ring.value(row, key))) row--;
    const value = ring.value(row, key);
    sample[key] = Number.isNaN(value) ? null : value;
  }
  return sample;
}
