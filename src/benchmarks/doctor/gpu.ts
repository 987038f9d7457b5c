import { type GpuInventory, readGpus } from "../../results/environment/gpus.ts";
import { readSystemFile } from "../../results/environment/system-file.ts";
import { findNvidiaSmi } from "../../telemetry/gpu/find-nvidia-smi.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";
import { findNvml } from "./nvml-library.ts";

/** The GPUs, by the driver's own program. */
export async function gpuCheck({ env, root }: Machine): Promise<Check> {
  const smi = findNvidiaSmi(env, root);
  if (!smi.ok) {
    const looked = smi.looked.join(", ");
    return warn(
      "gpu",
      smi.isDriverLoaded
        ? `no nvidia-smi (looked at ${looked})${driverText(root)}`
        : `no NVIDIA driver found (looked at ${looked})`,
      "GPU figures will be left out. Install the driver; for a container, start it with --gpus all.",
    );
  }
  const inventory = await readGpus(smi.path);
  if (inventory === null) {
    return warn(
      "gpu",
      `${smi.path} is there, but names no GPU${driverText(root)}`,
      "Run it: it says what is wrong. In a container: --gpus all.",
    );
  }
  return ok("gpu", `${gpusText(inventory)} (${smi.path})`);
}

/** The driver's library, which gives more figures, and more often, than its program. */
export function nvmlCheck({ env, root }: Machine): Check {
  const { path, looked } = findNvml(env, root);
  if (path !== null) return ok("nvml", path);
  return warn(
    "nvml",
    `no libnvidia-ml.so.1 (looked at ${looked.join(", ")})`,
    "It comes with the driver. In a container: NVIDIA_DRIVER_CAPABILITIES=utility.",
  );
}

/** `8 × NVIDIA H100 80GB HBM3, driver 580.65.06, CUDA 13.0` */
function gpusText({ devices, driverVersion, cudaVersion }: GpuInventory): string {
  const byName = Map.groupBy(devices, ({ name }) => name);
  const parts = [...byName].map(([name, same]) => `${same.length} × ${name}`);
  if (driverVersion !== null) parts.push(`driver ${driverVersion}`);
  if (cudaVersion !== null) parts.push(`CUDA ${cudaVersion}`);
  return parts.join(", ");
}

/** Whether the kernel has the driver, whatever its program says. */
function driverText(root: string): string {
  const version = /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(
    readSystemFile(root, "proc/driver/nvidia/version") ?? "",
  )?.[1];
  return version === undefined
    ? ", and the kernel has no driver loaded"
    : `; the kernel has driver ${version}`;
}
