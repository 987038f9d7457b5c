import { environmentError, type ToolError } from "../../../core/errors.ts";
import { cudaVersion, listCudaDevices } from "../../../native/cuda/devices.ts";
import { CudaError } from "../../../native/cuda/errors.ts";
import { openCuda } from "../../../native/cuda/open.ts";
import { listDevices } from "../../../native/nvml/devices.ts";
import { readIdentity } from "../../../native/nvml/identity.ts";
import { openNvml } from "../../../native/nvml/open.ts";
import { isKnown, orNull } from "../../../native/nvml/values.ts";
import { choosable } from "../../../telemetry/gpu/nvml-devices.ts";
import { chooseDevice, type DeviceWish, type MachineGpu } from "./choose-device.ts";
import type { GpuTarget } from "./copier-setup.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The GPU that this process copies to; may take seconds, as the driver wakes it. @throws ToolError CUDA, exit 4, where there is none */
export function findTarget(wish: DeviceWish, env: Env): GpuTarget {
  const opening = openCuda(env);
  if (!opening.ok) throw cannotCopy(opening.reason, opening.advice);
  const { cuda } = opening;
  try {
    const machine = wish.gpu === undefined ? null : machineGpus(env);
    const choice = chooseDevice(listCudaDevices(cuda), machine, wish);
    if (!choice.ok) throw cannotCopy(choice.reason, choice.advice);
    const { ordinal, name, pciBusId } = choice.device;
    return { library: cuda.path, ordinal, name, pciBusId, cudaVersion: cudaVersion(cuda) };
  } catch (error) {
    if (!(error instanceof CudaError)) throw error;
    throw cannotCopy(error.message, error.advice);
  }
}

function cannotCopy(reason: string, advice: string): ToolError {
  return environmentError(
    "CUDA",
    `--to-gpu: ${reason}`,
    `${advice} Without --to-gpu the storage alone is measured.`,
  );
}

/** The driver's own list; null where NVML does not give it. */
function machineGpus(env: Env): MachineGpu[] | null {
  const opening = openNvml(env);
  if (!opening.ok) return null;
  const { nvml } = opening;
  try {
    const list = listDevices(nvml);
    if (!isKnown(list)) return null;
    return list.devices.map((device) => ({
      ...choosable(device),
      pciBusId: orNull(readIdentity(nvml, device.handle).pciBusId),
    }));
  } finally {
    nvml.close();
  }
}
