import type { Clock } from "../../core/clock.ts";
import { environmentError, usageError } from "../../core/errors.ts";
import { gpuChoice } from "../../telemetry/gpu/choose.ts";
import { type GpuMonitorStart, startGpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { openGpuSampler } from "../../workers.ts";
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
  if (!start.ok && gpuMonitor === "require") throw noGpuFor(start.reason);
  return start;
}

/**
 * Looks for the GPU that --gpu-monitor=require asks for, by a first reading, before anything else is done for the run.
 * @throws ToolError NO_GPU, exit 4, where there is none to read
 */
export async function requireGpu(
  { gpuMonitor, gpuInterval: intervalMs, gpu }: EfficiencyValues,
  clock: Clock,
): Promise<void> {
  if (gpuMonitor !== "require") return;
  const { env } = process;
  const options = {
    intervalMs,
    path: null,
    clock,
    env,
    choice: gpuChoice(gpu, env),
    openThread: openGpuSampler,
  };
  const start = await startGpuMonitor(options);
  if (!start.ok) throw noGpuFor(start.reason);
  await start.monitor.stop();
}

function noGpuFor(reason: string) {
  return environmentError("NO_GPU", reason, "Without =require the run goes on and leaves the GPU out.");
}
