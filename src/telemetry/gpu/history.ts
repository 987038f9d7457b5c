import type { FigureKey } from "./figures.ts";
import type { SampleRing } from "./ring.ts";

/**
 * The last `spanMs` of a figure as so many means over equal times, oldest first; null for a time without a reading.
 * @param nowMs end of the last of them, on the run's clock
 */
export function historyOf(
  ring: SampleRing,
  key: FigureKey,
  nowMs: number,
  spanMs: number,
  count: number,
): (number | null)[] {
  const fromMs = nowMs - spanMs;
  const { atMs, values } = ring.series(key, ring.within({ fromMs, toMs: nowMs }));
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  for (const [i, value] of values.entries()) {
    const slot = Math.min(count - 1, Math.floor(((atMs[i]! - fromMs) / spanMs) * count));
    sums[slot]! += value;
    counts[slot]! += 1;
  }
  return Array.from(sums, (sum, slot) => (counts[slot] === 0 ? null : sum / counts[slot]!));
}
