import { openNvml } from "../../native/nvml/open.ts";
import { orNull } from "../../native/nvml/values.ts";
import { readGpus } from "../../results/environment/gpus.ts";
import { findNvidiaSmi } from "../../telemetry/gpu/find-nvidia-smi.ts";
import { readMachine } from "../../telemetry/gpu/read-machine.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

const LACKING =
  "GPU figures will be left out. Install the driver; for a container, start it with --gpus all.";

/** The GPUs, by the driver's library, else by its program. */
export async function gpuCheck({ env, root }: Machine, read = readMachine): Promise<Check> {
  const machine = read(env, null);
  if (machine.ok) {
    const { gpus, versions } = machine;
    return ok(
      "gpu",
      gpusText(
        gpus.map(({ name }) => orNull(name) ?? "GPU without a name"),
        orNull(versions.driver),
        orNull(versions.cuda),
      ),
    );
  }
  const smi = findNvidiaSmi(env, root);
  if (!smi.ok) {
    const driver = smi.isDriverLoaded ? "the kernel has the NVIDIA driver, but" : "no NVIDIA driver found:";
    return warn(
      "gpu",
      `${driver} ${machine.reason}, no nvidia-smi (looked at ${smi.looked.join(", ")})`,
      LACKING,
    );
  }
  const inventory = machine.hasNvml ? null : await readGpus(smi.path);
  if (inventory === null) return warn("gpu", `${machine.reason}; ${smi.path} names no GPU`, LACKING);
  const { devices, driverVersion, cudaVersion } = inventory;
  return ok(
    "gpu",
    gpusText(
      devices.map(({ name }) => name),
      driverVersion,
      cudaVersion,
    ),
  );
}

/** The driver's library, which gives more figures, and more often, than its program. */
export function nvmlCheck({ env, root }: Machine, open = openNvml): Check {
  const opening = open(env, root);
  if (opening.ok) {
    const { path } = opening.nvml;
    opening.nvml.close();
    return ok("nvml", path);
  }
  return warn(
    "nvml",
    `${opening.reason} (looked at ${opening.looked.join(", ")})`,
    "It comes with the driver. In a container: NVIDIA_DRIVER_CAPABILITIES=utility.",
  );
}

/** `8 × NVIDIA H100 80GB HBM3, driver 580.65.06, CUDA 13.0` */
function gpusText(names: readonly string[], driver: string | null, cuda: string | null): string {
  const parts = [...Map.groupBy(names, (name) => name)].map(([name, same]) => `${same.length} × ${name}`);
  if (driver !== null) parts.push(`driver ${driver}`);
  if (cuda !== null) parts.push(`CUDA ${cuda}`);
  return parts.join(", ");
}
