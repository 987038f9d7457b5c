import type { Series, Window } from "./ring.ts";

export interface EnergyFigure {
  joules: number;
  /** `counter`: difference of the driver's total-energy counter; `power`: trapezoid over readings of the power. */
  source: "counter" | "power";
  /** How much of the window the readings cover, s. */
  coveredS: number;
  /** By either source, for comparison; null where there is none. */
  counterJoules: number | null;
  powerJoules: number | null;
}

/**
 * Energy that a GPU took inside a window: by the counter, else by its power. Both are interpolated at the window's ends; where
 * readings begin later or end sooner, what is outside of them is left out, and `coveredS` shows it.
 * @param counter joules since some start; a counter that goes back was begun anew, and is not used
 * @returns null where fewer than two readings are in reach
 */
export function energyWithin(window: Window, counter: Series, powerW: Series): EnergyFigure | null {
  const byCounter = isMonotone(counter.values) ? differenceWithin(window, counter) : null;
  const byPower = integralWithin(window, powerW);
  const used = byCounter ?? byPower;
  if (used === null) return null;
  return {
    joules: used.joules,
    source: byCounter === null ? "power" : "counter",
    coveredS: used.coveredS,
    counterJoules: byCounter?.joules ?? null,
    powerJoules: byPower?.joules ?? null,
  };
}

interface Part {
  joules: number;
  coveredS: number;
}

function isMonotone(values: Float64Array): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]!);
}

function differenceWithin(window: Window, series: Series): Part | null {
  const span = covered(window, series);
  if (span === null) return null;
  const joules = interpolate(series, span.toMs) - interpolate(series, span.fromMs);
  return { joules, coveredS: (span.toMs - span.fromMs) / 1000 };
}

function integralWithin(window: Window, series: Series): Part | null {
  const span = covered(window, series);
  if (span === null) return null;
  let wattMs = 0;
  let lastMs = span.fromMs;
  let lastW = interpolate(series, span.fromMs);
  const addTo = (atMs: number, watts: number) => {
    wattMs += ((lastW + watts) / 2) * (atMs - lastMs);
    [lastMs, lastW] = [atMs, watts];
  };
  for (const [i, atMs] of series.atMs.entries())
    if (atMs > span.fromMs && atMs < span.toMs) addTo(atMs, series.values[i]!);
  addTo(span.toMs, interpolate(series, span.toMs));
  return { joules: wattMs / 1000, coveredS: (span.toMs - span.fromMs) / 1000 };
}

/** The part of the window that lies between readings. */
function covered({ fromMs, toMs }: Window, { atMs }: Series): Window | null {
  if (atMs.length < 2) return null;
  const span = { fromMs: Math.max(fromMs, atMs[0]!), toMs: Math.min(toMs, atMs[atMs.length - 1]!) };
  return span.toMs > span.fromMs ? span : null;
}

/** The value at an instant between the first and the last reading. */
function interpolate({ atMs, values }: Series, at: number): number {
  let next = 1;
  while (next < atMs.length - 1 && atMs[next]! < at) next++;
  const [before, after] = [atMs[next - 1]!, atMs[next]!];
  const share = after === before ? 0 : (at - before) / (after - before);
  return values[next - 1]! + share * (values[next]! - values[next - 1]!);
}
