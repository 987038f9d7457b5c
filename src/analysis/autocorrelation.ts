/**
 * Lag-1 autocorrelation of a series in time order: `Σ (x_i - m)(x_(i+1) - m) / Σ (x_i - m)²`, in [-1, 1].
 * Source: Box, Jenkins & Reinsel, Time Series Analysis, section 2.1.5.
 * @returns null where it is not defined: fewer than 2 values, or all of them equal
 */
export function lag1Autocorrelation(series: ArrayLike<number>): number | null {
  const n = series.length;
  if (n < 2) return null;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += series[i]!;
  const mean = sum / n;
  let before = series[0]! - mean;
  let squares = before * before;
  let products = 0;
  let isConstant = true;
  for (let i = 1; i < n; i++) {
    const now = series[i]! - mean;
    squares += now * now;
    products += before * now;
    before = now;
    // A rounded mean leaves a rest of equal values, so that their squares are not 0.
    if (series[i] !== series[0]) isConstant = false;
  }
  return isConstant || squares === 0 ? null : products / squares;
}

/**
 * How much a value tells of the next one: the larger lag-1 autocorrelation of the values themselves and of whether they lie above
 * their median. One stall of seconds among milliseconds hides the first, but not the second.
 * @param series finite, in time order
 * @param median of the series
 * @returns null where neither is defined
 */
export function serialDependence(series: Float64Array, median: number): number | null {
  const ofValues = lag1Autocorrelation(series);
  const above = new Uint8Array(series.length);
  for (let i = 0; i < above.length; i++) above[i] = series[i]! > median ? 1 : 0;
  const ofSides = lag1Autocorrelation(above);
  return ofValues === null || ofSides === null ? (ofValues ?? ofSides) : Math.max(ofValues, ofSides);
}
