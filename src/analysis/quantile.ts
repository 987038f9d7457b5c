/**
 * The quantile of a sorted sample: linear interpolation between the closest ranks, type 7 of Hyndman and Fan, "Sample
 * Quantiles in Statistical Packages" (1996), the default of numpy and R.
 * @param sorted ascending, finite
 * @param q in [0, 1]
 * @returns the value in the sample's unit; null for an empty sample
 */
export function quantile(sorted: Float64Array, q: number): number | null {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies in [0, 1], not at ${q}`);
  if (sorted.length === 0) return null;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  // The weighted form cannot overflow and is exact where both ranks hold the same value.
  return low === high ? low : low * (1 - (position - below)) + high * (position - below);
}
