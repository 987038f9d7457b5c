import { type Energy, meanPowerW } from "./energy.ts";

/** One GPU, one CPU package: what it took in a window. */
export interface DeviceEnergy {
  /** `GPU 0`, `package-0` */
  name: string;
  energy: Energy;
  /** Before the run; null where that was not measured. */
  idlePowerW: number | null;
  /** Energy less idle power × window. */
  netJoules: number | null;
}

/** Devices of one kind, each and together. A sum with a gap is null: it would be taken for the whole. */
export interface GroupEnergy {
  devices: DeviceEnergy[];
  joules: number | null;
  standardErrorJ: number | null;
  meanPowerW: number | null;
  idlePowerW: number | null;
  netJoules: number | null;
  /** How it was measured; null where it was not. */
  source: string | null;
  /** Why there is no sum; null where there is one. */
  reason: string | null;
}

/** Energy of one device before its idle power is known. */
export interface NamedEnergy {
  name: string;
  energy: Energy;
}

/**
 * Puts devices together.
 * @param idlePowerW each device's idle power, by name
 * @param durationS length of the window
 */
export function groupOf(
  measured: readonly NamedEnergy[],
  idlePowerW: ReadonlyMap<string, number>,
  durationS: number,
): GroupEnergy {
  if (measured.length === 0) return unmeasured("nothing was read");
  const devices = measured.map(({ name, energy }): DeviceEnergy => {
    const idleW = idlePowerW.get(name) ?? null;
    const netJoules = energy.joules === null || idleW === null ? null : energy.joules - idleW * durationS;
    return { name, energy, idlePowerW: idleW, netJoules };
  });
  const missing = measured.find(({ energy }) => energy.joules === null);
  const joules = sumKnown(measured.map(({ energy }) => energy.joules));
  const errors = measured.map(({ energy }) => (energy.joules === null ? null : energy.standardErrorJ));
  const variance = sumKnown(errors.map((error) => (error === null ? null : error ** 2)));
  const sources = new Set(measured.flatMap(({ energy }) => (energy.joules === null ? [] : [energy.source])));
  return {
    devices,
    joules,
    // Devices are read apart: their errors are independent.
    standardErrorJ: variance === null ? null : Math.sqrt(variance),
    meanPowerW: joules === null ? null : joules / durationS,
    idlePowerW: sumKnown(devices.map((device) => device.idlePowerW)),
    netJoules: sumKnown(devices.map((device) => device.netJoules)),
    source: joules === null ? null : [...sources].join(", "),
    reason: missing === undefined ? null : `${missing.name}: ${reasonOf(missing.energy)}`,
  };
}

/** A group of which nothing could be measured. */
export function unmeasured(reason: string): GroupEnergy {
  return {
    devices: [],
    joules: null,
    standardErrorJ: null,
    meanPowerW: null,
    idlePowerW: null,
    netJoules: null,
    source: null,
    reason,
  };
}

/** Mean power of each device over a span, by name: the idle baseline. */
export function powersOf(measured: readonly NamedEnergy[], spanS: number): Map<string, number> {
  const powers = measured.map(({ name, energy }) => [name, meanPowerW(energy, spanS)] as const);
  return new Map(powers.filter((entry): entry is readonly [string, number] => entry[1] !== null));
}

function reasonOf(energy: Energy): string {
  return energy.joules === null ? energy.reason : "";
}

/** The sum where there is something to sum and all of it is known, else null. */
function sumKnown(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum;
}
