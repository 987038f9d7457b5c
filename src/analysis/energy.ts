/** Readings of one quantity, in order of time; instants in ms on one clock. */
export interface Series {
  atMs: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** A span of that clock, in ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Energy over the part of a span that lies between readings. */
export interface SpanEnergy {
  joules: number;
  /** How much of the span the readings cover, in s: what is outside of them is left out. */
  coveredS: number;
  /**
   * What readings this far apart leave open, as a standard error: each change between two readings is taken to have come at
   * once, at an instant that is uniform between them. The sensor's own error is not in it.
   */
  standardErrorJ: number;
}

/**
 * Energy from readings of power in W: the trapezoidal rule, with the power at the span's ends interpolated.
 * A step of d watts at a uniform instant of an interval of t seconds has the trapezoid as its mean and (d t)²/12 as its variance.
 * @returns null where no two readings lie around a part of the span
 */
export function energyOfPower(span: Span, powerW: Series): SpanEnergy | null {
  const covered = coveredPart(span, powerW);
  if (covered === null) return null;
  let joules = 0;
  let variance = 0;
  let lastMs = covered.fromMs;
  let lastW = valueAt(powerW, lastMs);
  const addUntil = (atMs: number, watts: number) => {
    const seconds = (atMs - lastMs) / 1000;
    joules += ((lastW + watts) / 2) * seconds;
    variance += ((watts - lastW) * seconds) ** 2 / 12;
    lastMs = atMs;
    lastW = watts;
  };
  for (let i = 0; i < powerW.atMs.length; i++) {
    const atMs = powerW.atMs[i]!;
    if (atMs > covered.fromMs && atMs < covered.toMs) addUntil(atMs, powerW.values[i]!);
  }
  addUntil(covered.toMs, valueAt(powerW, covered.toMs));
  return { joules, coveredS: secondsOf(covered), standardErrorJ: Math.sqrt(variance) };
}

/**
 * Energy from readings of a counter in J that only grows: the difference between the span's ends, where the counter is
 * interpolated. An end that lies the share f into an interval in which the counter grew by d has the variance d² f (1 - f).
 * @returns null where no two readings lie around a part of the span, or where the counter went back (it was begun anew)
 */
export function energyOfCounter(span: Span, counterJ: Series): SpanEnergy | null {
  const { values } = counterJ;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return null;
  const covered = coveredPart(span, counterJ);
  if (covered === null) return null;
  const variance = [covered.fromMs, covered.toMs].map((atMs) => {
    const { before, share } = placeOf(counterJ, atMs);
    return (values[before + 1]! - values[before]!) ** 2 * share * (1 - share);
  });
  return {
    joules: valueAt(counterJ, covered.toMs) - valueAt(counterJ, covered.fromMs),
    coveredS: secondsOf(covered),
    standardErrorJ: Math.sqrt(variance[0]! + variance[1]!),
  };
}

function secondsOf({ fromMs, toMs }: Span): number {
  return (toMs - fromMs) / 1000;
}

/** The part of a span between the first and the last reading. */
function coveredPart({ fromMs, toMs }: Span, { atMs }: Series): Span | null {
  if (atMs.length < 2) return null;
  const part = { fromMs: Math.max(fromMs, atMs[0]!), toMs: Math.min(toMs, atMs[atMs.length - 1]!) };
  return part.toMs > part.fromMs ? part : null;
}

/** Which readings an instant lies between: the number of the earlier one, and how far it is on the way to the next, 0 to 1. */
function placeOf({ atMs }: Series, at: number): { before: number; share: number } {
  let low = 0;
  let high = atMs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (atMs[middle]! <= at) low = middle;
    else high = middle;
  }
  const lengthMs = atMs[high]! - atMs[low]!;
  return { before: low, share: lengthMs > 0 ? (at - atMs[low]!) / lengthMs : 0 };
}

function valueAt(series: Series, at: number): number {
  const { before, share } = placeOf(series, at);
  const [from, to] = [series.values[before]!, series.values[before + 1]!];
  return from + share * (to - from);
}
