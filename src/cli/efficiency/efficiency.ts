import { usageError } from "../../core/errors.ts";
import { builtInPrices } from "../../results/prices/built-in.ts";
import { type Price, priceNamed, readPriceSheet } from "../../results/prices/price-sheet.ts";
import { type EnergyMeter, type EnergyMeterOptions, startEnergyMeter } from "../../telemetry/energy/meter.ts";
import type { FlagValues } from "../flags/flag.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { efficiencyFlags, gpuFlags } from "./flags.ts";

/** Values of these flags, of any command that has them. */
export type EfficiencyValues = FlagValues<typeof efficiencyFlags & typeof gpuFlags>;

/** What the flags ask for. */
export interface Efficiency {
  /** null: energy is not measured. */
  energy: { idleMs: number } | null;
  hostWatts: number | null;
  gridGramsPerKwh: number | null;
  price: Price | null;
}

const DEFAULT_IDLE_MS = 2000;

/** Energy and cost as asked for. @throws ToolError USAGE */
export function efficiencyOf(values: EfficiencyValues): Efficiency {
  const { idleBaseline, hostWatts = null, gridIntensity = null } = values;
  const hasMonitor = values.gpuMonitor !== undefined && values.gpuMonitor !== "off";
  if (idleBaseline !== undefined && !hasMonitor)
    throw usageError("--idle-baseline has no effect without --gpu-monitor");
  if (gridIntensity !== null && !hasMonitor && hostWatts === null) {
    throw usageError(
      "--grid-intensity has no energy to turn into CO2",
      "Measure it with --gpu-monitor, or give --host-watts.",
    );
  }
  return {
    energy:
      hasMonitor || hostWatts !== null
        ? { idleMs: hasMonitor ? (idleBaseline ?? DEFAULT_IDLE_MS) : 0 }
        : null,
    hostWatts,
    gridGramsPerKwh: gridIntensity,
    price: priceOf(values),
  };
}

/** The price that --price-per-hour gives, or the one that --price names; null: none. */
function priceOf({ pricePerHour, price, priceSheet }: EfficiencyValues): Price | null {
  if (pricePerHour !== undefined && price !== undefined)
    throw usageError("--price-per-hour and --price both give a price", "Give one of them.");
  if (priceSheet !== undefined && price === undefined)
    throw usageError("--price-sheet has no effect without --price NAME");
  if (pricePerHour !== undefined) {
    const source = "--price-per-hour";
    return { usdPerHour: pricePerHour, name: null, region: null, date: null, source, note: null };
  }
  if (price === undefined) return null;
  const own = priceSheet === undefined ? [] : [readPriceSheet(priceSheet)];
  return priceNamed(price, [...own, builtInPrices()]);
}

/** Starts the energy meter where energy is asked for; resolves when the idle power is measured. */
export async function startEfficiency(
  { energy, ...rest }: Efficiency,
  options: Pick<EnergyMeterOptions, "clock" | "gpu" | "signal">,
): Promise<Omit<Efficiency, "energy"> & { meter: EnergyMeter | null }> {
  if (energy === null) return { ...rest, meter: null };
  const starting = startEnergyMeter({ ...options, ...energy, hostWatts: rest.hostWatts });
  return { ...rest, meter: await withSpinner("measuring power at idle", starting) };
}
