/** The work grows as n^1.5, so that longer series go in as sums of neighbours. */
const MOST_TERMS = 50_000;
/** Autocorrelations below this many standard errors are taken for 0 (`c` of Politis & White). */
const INSIGNIFICANT = 2;

/**
 * Block length, in values, for the circular block bootstrap of a mean: the one with the least mean square error of its variance.
 * Lags count until several in a row are insignificant; a flat-top window over twice as many estimates the spectrum at 0 and its
 * curvature.
 * Source: Politis & White, "Automatic Block-Length Selection for the Dependent Bootstrap" (2004), with the correction of Patton,
 * Politis & White (2009): b = (2 G² / D)^(1/3) n^(1/3), D = 4/3 g(0)² for circular blocks.
 * @param series in time order
 * @returns in [1, n/3]; 1 for a series without dependence, or too short to tell
 */
export function blockLength(series: Float64Array): number {
  const stride = Math.ceil(series.length / MOST_TERMS);
  return stride > 1 ? stride * lengthOf(neighbourSums(series, stride)) : lengthOf(series);
}

function lengthOf(series: Float64Array): number {
  const n = series.length;
  const most = Math.max(1, Math.floor(Math.min(3 * Math.sqrt(n), n / 3)));
  const covariance = autocovariances(series);
  const variance = covariance(0);
  if (n < 9 || !(variance > 0)) return 1;
  const quiet = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const lags = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + quiet);
  const limit = INSIGNIFICANT * Math.sqrt(Math.log10(n) / n) * variance;

  let lastLoud = 0;
  for (let lag = 1; lag <= lags && lag - lastLoud <= quiet; lag++) {
    if (Math.abs(covariance(lag)) >= limit) lastLoud = lag;
  }
  const width = Math.min(lags, 2 * Math.max(1, lastLoud));
  let spectrum = variance;
  let curvature = 0;
  for (let lag = 1; lag <= width; lag++) {
    const weight = Math.min(1, 2 * (1 - lag / width));
    spectrum += 2 * weight * covariance(lag);
    curvature += 2 * weight * lag * covariance(lag);
  }
  if (!(spectrum > 0)) return most;
  const ratio = curvature / spectrum;
  return Math.min(most, Math.max(1, Math.ceil(Math.cbrt(1.5 * ratio * ratio * n))));
}

function neighbourSums(series: Float64Array, stride: number): Float64Array {
  return Float64Array.from({ length: Math.floor(series.length / stride) }, (_, group) => {
    let sum = 0;
    for (let i = group * stride; i < (group + 1) * stride; i++) sum += series[i]!;
    return sum;
  });
}

/** Autocovariances by lag, with divisor n, each computed when first asked for. */
function autocovariances(series: Float64Array): (lag: number) => number {
  const n = series.length;
  let sum = 0;
  for (const value of series) sum += value;
  const centred = series.map((value) => value - sum / n);
  const known: number[] = [];
  return (lag) => {
    if (known[lag] === undefined) {
      let products = 0;
      for (let i = lag; i < n; i++) products += centred[i]! * centred[i - lag]!;
      known[lag] = products / n;
    }
    return known[lag];
  };
}
