import type { Clock } from "../../core/clock.ts";
import { environmentError, usageError } from "../../core/errors.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import { openMonitor } from "../gpu/open-monitor.ts";
import type { ServingValues } from "./config.ts";

/**
 * Starts the GPU monitor that --gpu-monitor asks for; null where none was asked for. Its thread writes the file.
 * @param endpoint the server under test, whose processes are told from others where it is on this machine
 * @throws ToolError NO_GPU, exit 4, with `require` and no GPU to read; USAGE for --gpu without a monitor
 */
export async function startGpu(
  values: ServingValues,
  outPath: string,
  clock: Clock,
  endpoint: string,
): Promise<GpuMonitorStart | null> {
  const { gpuMonitor, gpuInterval: intervalMs, gpu } = values;
  if (gpuMonitor === undefined || gpuMonitor === "off") {
    if (gpu !== undefined) throw usageError("--gpu has no effect without --gpu-monitor");
    return null;
  }
  const start = await openMonitor({ gpu, intervalMs, path: outPath, clock, serverPort: localPort(endpoint) });
  if (!start.ok && gpuMonitor === "require") {
    throw environmentError(
      "NO_GPU",
      start.reason,
      "Without =require the run goes on and leaves the GPU out.",
    );
  }
  return start;
}

/** The port of a server on this machine; null for one that is elsewhere. */
function localPort(endpoint: string): number | null {
  const { hostname, port, protocol } = new URL(endpoint);
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return null;
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
