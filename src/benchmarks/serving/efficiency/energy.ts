import { amountPer } from "../../../analysis/cost.ts";
import { co2Grams } from "../../../telemetry/energy/co2.ts";
import type { GroupEnergy } from "../../../telemetry/energy/group.ts";
import type { EnergyReadings } from "../../../telemetry/energy/meter.ts";
import type { WindowCounts } from "./counts.ts";
import type { PartEnergy, WindowEnergy } from "./shape.ts";

/** What the machine took in a window, for each token and request of it. */
export function windowEnergy(
  readings: EnergyReadings,
  counts: WindowCounts,
  gridGramsPerKwh: number | null,
): WindowEnergy {
  const part = (group: GroupEnergy): PartEnergy => {
    const { joules, netJoules, devices, source, reason } = group;
    const per = (amount: number | null, count: number) =>
      amount === null ? null : amountPer(amount, count, 1);
    return {
      joules,
      standardErrorJ: group.standardErrorJ,
      netJoules,
      meanPowerW: group.meanPowerW,
      idlePowerW: group.idlePowerW,
      joulesPerOutputToken: per(joules, counts.outputTokens),
      netJoulesPerOutputToken: per(netJoules, counts.outputTokens),
      joulesPerRequest: per(joules, counts.requests),
      netJoulesPerRequest: per(netJoules, counts.requests),
      co2Grams: co2Grams(joules, gridGramsPerKwh),
      source,
      reason,
      devices,
    };
  };
  const { gpus, cpuPackages, platform, host } = readings;
  return {
    gpus: gpus === null ? null : part(gpus),
    cpuPackages: part(cpuPackages),
    platform: platform === null ? null : part(platform),
    host: host === null ? null : part(host),
  };
}
