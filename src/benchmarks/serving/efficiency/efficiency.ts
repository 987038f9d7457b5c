import type { Price } from "../../../results/prices/price-sheet.ts";
import type { EnergyMeter } from "../../../telemetry/energy/meter.ts";
import type { Window } from "../windows.ts";
import { windowCost } from "./cost.ts";
import type { WindowCounts } from "./counts.ts";
import { windowEnergy } from "./energy.ts";
import type { EnergySettings, WindowCost, WindowEnergy } from "./shape.ts";

/** What energy and cost are measured by. */
export interface EfficiencyContext {
  /** null: energy was not asked for. */
  meter: EnergyMeter | null;
  hostWatts: number | null;
  gridGramsPerKwh: number | null;
  /** null: no price was given. */
  price: Price | null;
}

/** Energy and cost of one window; null for what was not asked for. */
export function efficiencyOf(
  window: Window,
  counts: WindowCounts,
  { meter, gridGramsPerKwh, price }: EfficiencyContext,
): { energy: WindowEnergy | null; cost: WindowCost | null } {
  const readings = meter?.within({ fromMs: window.startAt, toMs: window.endAt });
  return {
    energy: readings === undefined ? null : windowEnergy(readings, counts, gridGramsPerKwh),
    cost: price === null ? null : windowCost(price.usdPerHour, counts),
  };
}

/** What both windows share. */
export function energySettings(context: EfficiencyContext): EnergySettings | null {
  const { meter, hostWatts, gridGramsPerKwh } = context;
  return meter === null ? null : { idleS: meter.idleS, hostWatts, gridGramsPerKwh };
}
