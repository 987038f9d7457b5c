import { amountPer, costUsd } from "../../analysis/cost.ts";
import type { Price } from "../../results/prices/price-sheet.ts";
import { co2Grams } from "../../telemetry/energy/co2.ts";
import type { GroupEnergy } from "../../telemetry/energy/group.ts";
import type { EnergyMeter, EnergyReadings } from "../../telemetry/energy/meter.ts";
import type { Measurements } from "./measurements.ts";

/** What energy and cost are measured by. */
export interface EfficiencyContext {
  /** null: energy was not asked for. */
  meter: EnergyMeter | null;
  hostWatts: number | null;
  gridGramsPerKwh: number | null;
  /** null: no price was given. */
  price: Price | null;
  /** What a sample stands for; null: figures for each token are left out. */
  tokensPerSample: number | null;
}

/** Neither energy nor cost. */
export const noEfficiency: EfficiencyContext = {
  meter: null,
  hostWatts: null,
  gridGramsPerKwh: null,
  price: null,
  tokensPerSample: null,
};

/** Energy of one part of the machine in the window, and what that is for each sample and token; null where not measured. */
export interface PartEnergy extends GroupEnergy {
  joulesPerSample: number | null;
  netJoulesPerSample: number | null;
  joulesPerToken: number | null;
  netJoulesPerToken: number | null;
  co2Grams: number | null;
}

/** What the machine took from the first counted step's beginning to the last one's end; null for a part that it has not. */
export interface StorageEnergy {
  /** How long idle power was measured before the run, in s; null where it was not. */
  idleS: number | null;
  hostWatts: number | null;
  gridGramsPerKwh: number | null;
  gpus: PartEnergy | null;
  cpuPackages: PartEnergy;
  platform: PartEnergy | null;
  host: PartEnergy | null;
}

export interface StorageCost {
  usd: number;
  /** null where no sample was read. */
  usdPerSample: number | null;
  usdPerMTokens: number | null;
}

/** Energy and cost of the counted steps; null for what was not asked for, or where there was no step. */
export function efficiencyOf(
  { startAt, endAt, samples }: Pick<Measurements, "startAt" | "endAt" | "samples">,
  context: EfficiencyContext,
): { energy: StorageEnergy | null; cost: StorageCost | null } {
  const { meter, price, tokensPerSample } = context;
  if (startAt === null || endAt === null) return { energy: null, cost: null };
  const tokens = tokensPerSample === null ? 0 : samples * tokensPerSample;
  const usd = price === null ? null : costUsd(price.usdPerHour, (endAt - startAt) / 1000);
  const readings = meter?.within({ fromMs: startAt, toMs: endAt });
  return {
    energy: readings === undefined ? null : energyOf(readings, samples, tokens, context),
    cost:
      usd === null
        ? null
        : { usd, usdPerSample: amountPer(usd, samples, 1), usdPerMTokens: amountPer(usd, tokens, 1e6) },
  };
}

function energyOf(
  { gpus, cpuPackages, platform, host }: EnergyReadings,
  samples: number,
  tokens: number,
  { meter, hostWatts, gridGramsPerKwh }: EfficiencyContext,
): StorageEnergy {
  const per = (amount: number | null, count: number) =>
    amount === null ? null : amountPer(amount, count, 1);
  const part = (group: GroupEnergy): PartEnergy => ({
    ...group,
    joulesPerSample: per(group.joules, samples),
    netJoulesPerSample: per(group.netJoules, samples),
    joulesPerToken: per(group.joules, tokens),
    netJoulesPerToken: per(group.netJoules, tokens),
    co2Grams: co2Grams(group.joules, gridGramsPerKwh),
  });
  const orNull = (group: GroupEnergy | null) => (group === null ? null : part(group));
  return {
    idleS: meter?.idleS ?? null,
    hostWatts,
    gridGramsPerKwh,
    gpus: orNull(gpus),
    cpuPackages: part(cpuPackages),
    platform: orNull(platform),
    host: orNull(host),
  };
}
