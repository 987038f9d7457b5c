import { energyOfCounter, energyOfPower, type SpanEnergy } from "../../analysis/energy.ts";
import type { Series, Window } from "./ring.ts";

export interface EnergyFigure extends SpanEnergy {
  /** `counter`: difference of the driver's total-energy counter; `power`: trapezoid over readings of the power. */
  source: "counter" | "power";
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
  const byCounter = energyOfCounter(window, counter);
  const byPower = energyOfPower(window, powerW);
  const used = byCounter ?? byPower;
  if (used === null) return null;
  return {
    ...used,
    source: byCounter === null ? "power" : "counter",
    counterJoules: byCounter?.joules ?? null,
    powerJoules: byPower?.joules ?? null,
  };
}
