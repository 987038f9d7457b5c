import { type Clocks, readClocks } from "./clocks.ts";
import type { Device } from "./devices.ts";
import { type Ecc, readEcc } from "./ecc.ts";
import { type Identity, readIdentity } from "./identity.ts";
import { type DeviceMemory, readMemory } from "./memory.ts";
import { type MigDeviceReading, readMigDevice, readMigMode } from "./mig.ts";
import { type NvLink, readNvLink } from "./nvlink.ts";
import type { Nvml } from "./nvml.ts";
import { type Pcie, readPcie } from "./pcie.ts";
import { type Power, readPower } from "./power.ts";
import { type GpuProcess, readProcesses } from "./processes.ts";
import { type DeviceState, readState } from "./state.ts";
import { readThermal, type Thermal } from "./thermal.ts";
import { readUtilization, type Utilization } from "./utilization.ts";
import type { Value } from "./values.ts";

/** All that is asked of a GPU. */
export interface Snapshot extends Identity, DeviceState {
  index: number;
  memory: DeviceMemory;
  utilization: Utilization;
  power: Power;
  thermal: Thermal;
  clocks: Clocks;
  pcie: Pcie;
  nvlink: Value<NvLink>;
  ecc: Ecc;
  mig: { enabled: Value<boolean>; devices: MigDeviceReading[] };
  processes: Value<GpuProcess[]>;
}

/** Reads everything of one GPU; takes at least 40 ms, which the PCIe counters need. */
export function readSnapshot(nvml: Nvml, device: Device): Snapshot {
  const { handle } = device;
  return {
    index: device.index,
    ...readIdentity(nvml, handle),
    ...readState(nvml, handle),
    memory: readMemory(nvml, handle),
    utilization: readUtilization(nvml, handle),
    power: readPower(nvml, handle),
    thermal: readThermal(nvml, handle),
    clocks: readClocks(nvml, handle),
    pcie: readPcie(nvml, handle),
    nvlink: readNvLink(nvml, handle),
    ecc: readEcc(nvml, handle),
    mig: {
      enabled: readMigMode(nvml, handle),
      devices: device.mig.map((part) => readMigDevice(nvml, part)),
    },
    processes: readProcesses(nvml, handle),
  };
}
