import type { Clock } from "../../core/clock.ts";
import { environmentError, type ToolError } from "../../core/errors.ts";
import { outputError } from "../../results/output-error.ts";
import { gpuChoice } from "../../telemetry/gpu/choose.ts";
import { type GpuMonitorStart, startGpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { openGpuSampler } from "../../workers.ts";
import { notes } from "../ui/notes.ts";

export interface MonitorWish {
  /** --gpu. */
  gpu: string | undefined;
  intervalMs: number;
  path: string | null;
  clock: Clock;
  serverPort: number | null;
  /** Told once, when the file takes no more; else it is said on stderr. */
  onWriteError?(error: ToolError): void;
}

/** Starts a GPU monitor as the command line asks for it; what goes wrong on the way is said on stderr. */
export async function openMonitor(wish: MonitorWish): Promise<GpuMonitorStart> {
  const { gpu, path, onWriteError = (error) => notes.error(error.message), ...rest } = wish;
  const start = await startGpuMonitor({
    ...rest,
    path,
    env: process.env,
    choice: gpuChoice(gpu, process.env),
    openThread: openGpuSampler,
    onProblem: (problem) => notes.warn(problem),
    onWriteError({ code, message }) {
      const cause = Object.assign(new Error(message), { code });
      onWriteError(outputError(cause, `cannot write ${path}`, "The lines written before are kept."));
    },
  });
  if (!start.ok) return start;
  const { source, note } = start.monitor;
  if (source.kind === "nvidia-smi")
    notes.warn(`NVML cannot be used (${source.why}): GPU figures come from ${source.program}`);
  if (note !== null) notes.warn(note);
  return start;
}

/** @param reason as a monitor gives it */
export function noGpu(reason: string): ToolError {
  return environmentError(
    "NO_GPU",
    reason,
    "INFERBENCH_NVML names the driver's library where it lies elsewhere.",
  );
}
