import type { Clock } from "../../core/clock.ts";
import { environmentError, usageError } from "../../core/errors.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import { openMonitor } from "../gpu/open-monitor.ts";
import type { EfficiencyValues } from "./efficiency.ts";

/**
 * Starts the GPU monitor that --gpu-monitor asks for; null where none was asked for. Its thread writes the file.
 * @param serverPort where the server under test listens on this machine, so that its processes can be told from others; null: elsewhere
 * @throws ToolError NO_GPU, exit 4, with `require` and no GPU to read; USAGE for --gpu without a monitor
 */
export async function startGpu(
  values: EfficiencyValues,
  outPath: string,
  clock: Clock,
  serverPort: number | null,
): Promise<GpuMonitorStart | null> {
  const { gpuMonitor, gpuInterval: intervalMs, gpu } = values;
  if (gpuMonitor === undefined || gpuMonitor === "off") {
    if (gpu !== undefined) throw usageError("--gpu has no effect without --gpu-monitor");
    return null;
  }
  const start = await openMonitor({ gpu, intervalMs, path: outPath, clock, serverPort });
  if (!start.ok && gpuMonitor === "require") {
    throw environmentError(
      "NO_GPU",
      start.reason,
      "Without =require the run goes on and leaves the GPU out.",
    );
  }
  return start;
}
