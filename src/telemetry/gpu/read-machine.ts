import { listDevices } from "../../native/nvml/devices.ts";
import { openNvml } from "../../native/nvml/open.ts";
import { readSnapshot, type Snapshot } from "../../native/nvml/snapshot.ts";
import { type NvmlVersions, readVersions } from "../../native/nvml/system.ts";
import { isKnown } from "../../native/nvml/values.ts";
import { chooseGpus, type GpuChoice } from "./choose.ts";
import { choosable, noneReason, silentNote } from "./nvml-devices.ts";

export type MachineReading =
  | { ok: true; library: string; versions: NvmlVersions; gpus: Snapshot[]; note: string | null }
  /** `hasNvml`: the driver answers through NVML, so that nvidia-smi would know no more. */
  | { ok: false; reason: string; hasNvml: boolean };

/** Reads everything of the machine's GPUs once, in the calling thread, however long the driver takes. */
export function readMachine(
  env: Readonly<Record<string, string | undefined>>,
  choice: GpuChoice | null,
): MachineReading {
  const opening = openNvml(env);
  if (!opening.ok) return { ok: false, reason: opening.reason, hasNvml: false };
  const { nvml } = opening;
  try {
    const list = listDevices(nvml);
    if (!isKnown(list) || list.devices.length === 0)
      return { ok: false, reason: noneReason(nvml, list), hasNvml: true };
    const chosen = chooseGpus(choice, list.devices.map(choosable), env.CUDA_DEVICE_ORDER);
    if (!chosen.ok) return { ok: false, reason: chosen.reason, hasNvml: true };
    const meant = new Set(chosen.gpus.map(({ index }) => index));
    return {
      ok: true,
      library: nvml.path,
      versions: readVersions(nvml),
      gpus: list.devices.filter(({ index }) => meant.has(index)).map((device) => readSnapshot(nvml, device)),
      note: silentNote(list, chosen.note),
    };
  } finally {
    nvml.close();
  }
}
