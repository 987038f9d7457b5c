import type { CudaDevice } from "../../../native/cuda/devices.ts";
import { type Choosable, chooseGpus } from "../../../telemetry/gpu/choose.ts";

/** A GPU as the driver's own numbering has it. */
export interface MachineGpu extends Choosable {
  pciBusId: string | null;
}

export interface DeviceWish {
  /** --gpu: GPUs in the order of the machine's ranks. */
  gpu: string | undefined;
  localRank: number;
}

export type DeviceChoice = { ok: true; device: CudaDevice } | { ok: false; reason: string; advice: string };

/**
 * The GPU that one process copies to: of those that --gpu names, else of those that CUDA shows (CUDA_VISIBLE_DEVICES counts, in CUDA's
 * order), the one of the process's local rank; where there is but one, that one, since launchers often show each process its own.
 * @param devices as CUDA lists them, at least one
 * @param machine all GPUs, numbered as nvidia-smi does; null where that is not known: then CUDA's are, by PCI bus
 */
export function chooseDevice(
  devices: readonly CudaDevice[],
  machine: readonly MachineGpu[] | null,
  { gpu, localRank }: DeviceWish,
): DeviceChoice {
  if (gpu === undefined) return ofRank(devices, localRank, "CUDA shows this process");
  const gpus = machine ?? numberedByBus(devices);
  const chosen = chooseGpus({ by: "--gpu", text: gpu }, gpus, undefined);
  if (!chosen.ok) return { ok: false, reason: chosen.reason, advice: "nvidia-smi -L lists them." };
  // A part brings its GPU with it, which is not meant then.
  const meant = chosen.gpus.filter(
    ({ index, mig }) => mig !== null || !chosen.gpus.some((one) => one.index === index && one.mig !== null),
  );
  const named: CudaDevice[] = [];
  for (const { index, mig } of meant) {
    const whole = gpus.find((one) => one.index === index)!;
    const uuid = mig === null ? whole.uuid : (whole.mig.find((part) => part.index === mig)?.uuid ?? null);
    const device = devices.find((one) => isSame(one, uuid, mig === null ? whole.pciBusId : null));
    if (device === undefined) {
      const label = mig === null ? index : `${index}:${mig}`;
      return {
        ok: false,
        reason: `--gpu ${gpu}: CUDA does not show GPU ${label} to this process, only ${listed(devices)}`,
        advice: "CUDA_VISIBLE_DEVICES hides it, or it is divided (MIG): then name a part of it.",
      };
    }
    named.push(device);
  }
  return ofRank(named, localRank, `--gpu ${gpu} names`);
}

function ofRank(devices: readonly CudaDevice[], localRank: number, who: string): DeviceChoice {
  const device = devices.length === 1 ? devices[0] : devices[localRank];
  if (device !== undefined) return { ok: true, device };
  return {
    ok: false,
    reason: `this is local rank ${localRank}, and ${who} ${devices.length} GPUs (${listed(devices)})`,
    advice: "Start as many ranks on a machine as it has GPUs for them, or name more with --gpu.",
  };
}

function isSame(device: CudaDevice, uuid: string | null, pciBusId: string | null): boolean {
  if (device.uuid !== null && uuid !== null)
    return uuid.replace(/^(GPU|MIG)-/i, "").toLowerCase() === device.uuid;
  return pciBusId !== null && busOf(pciBusId) === busOf(device.pciBusId);
}

/** NVML writes the domain with 8 digits, CUDA with 4. */
function busOf(pciBusId: string): string {
  return pciBusId.toLowerCase().replace(/^0+(?=[0-9a-f]{4}:)/, "");
}

function numberedByBus(devices: readonly CudaDevice[]): MachineGpu[] {
  const sorted = devices.toSorted((a, b) => (busOf(a.pciBusId) < busOf(b.pciBusId) ? -1 : 1));
  return sorted.map(({ name, uuid, pciBusId }, index) => ({
    index,
    name,
    uuid: uuid === null ? null : `GPU-${uuid}`,
    mig: [],
    pciBusId,
  }));
}

function listed(devices: readonly CudaDevice[]): string {
  return devices.map(({ name, pciBusId }) => `${name} at ${pciBusId}`).join(", ");
}
