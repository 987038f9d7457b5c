import type { LogHistogram } from "../../../analysis/log-histogram.ts";

/** Values this much smaller than the largest share the first bin. */
const WIDEST_RATIO = 1e6;
/** Values closer than this share of their size are one value. */
const SAME = 1e-6;
const FEWEST = 8;
const MOST = 80;

/**
 * Edges of equal bins (equal in ratio on a logarithmic axis) over all samples: as wide as Freedman & Diaconis (1981) have it,
 * 2·IQR·n^(-1/3), for the sample that needs the finest ones; never fewer than 8 nor more than 80.
 * @param samples each with a value
 */
export function binsOf(samples: readonly LogHistogram[], scale: "linear" | "log"): number[] {
  const max = Math.max(...samples.map((sample) => sample.max));
  const least = Math.min(...samples.map((sample) => sample.min));
  const min = scale === "log" ? Math.max(least, max / WIDEST_RATIO) : least;
  const to = (value: number) => (scale === "log" ? Math.log(Math.max(value, min)) : value);
  const from = (position: number) => (scale === "log" ? Math.exp(position) : position);
  const isSpread = max - min > SAME * max;
  const [low, high] = isSpread ? [to(min), to(max)] : [to(min * 0.95), to(max * 1.05 || 1)];
  const widths = samples.map(
    (sample) => (2 * (to(sample.quantile(0.75)!) - to(sample.quantile(0.25)!))) / Math.cbrt(sample.n),
  );
  const count = Math.ceil((high - low) / Math.min(...widths));
  // No spread at all, or none in the middle half.
  const bins = Math.min(MOST, Math.max(FEWEST, Number.isFinite(count) ? count : FEWEST));
  return Array.from({ length: bins + 1 }, (_, i) => from(low + ((high - low) * i) / bins));
}
