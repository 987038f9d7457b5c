import type { DeviceEnergy } from "../../../telemetry/energy/group.ts";

/** Energy of one part of the machine in a window, and what that is for each token and request; null for what was not measured. */
export interface PartEnergy {
  joules: number | null;
  /** What the distance of the readings leaves open; null where that cannot be said. */
  standardErrorJ: number | null;
  /** Less idle power × window; null without an idle baseline. */
  netJoules: number | null;
  meanPowerW: number | null;
  idlePowerW: number | null;
  joulesPerOutputToken: number | null;
  netJoulesPerOutputToken: number | null;
  joulesPerRequest: number | null;
  netJoulesPerRequest: number | null;
  /** null without --grid-intensity. */
  co2Grams: number | null;
  /** How it was measured; null where it was not. */
  source: string | null;
  /** Why it was not measured. */
  reason: string | null;
  /** Each GPU or CPU package. */
  devices: DeviceEnergy[];
}

/** What the machine took in a window; null for a part that it has not, or that nobody asked for. */
export interface WindowEnergy {
  gpus: PartEnergy | null;
  cpuPackages: PartEnergy;
  /** All that the mainboard feeds (RAPL psys), the packages included. */
  platform: PartEnergy | null;
  /** The whole machine, by --host-watts. */
  host: PartEnergy | null;
}

/** What a window cost; null where there is nothing to divide by. */
export interface WindowCost {
  usd: number;
  usdPerMOutputTokens: number | null;
  /** Output and prompt tokens. */
  usdPerMTotalTokens: number | null;
  usdPer1kRequests: number | null;
  /** By the output tokens of good requests alone; null without --slo. */
  usdPerMGoodOutputTokens: number | null;
}

/** How energy was measured, for both windows. */
export interface EnergySettings {
  /** How long idle power was measured before the run, in s; null where it was not. */
  idleS: number | null;
  hostWatts: number | null;
  gridGramsPerKwh: number | null;
}
