import type { Clock } from "../../core/clock.ts";
import { outputError } from "../../results/output-error.ts";
import { gpuChoice } from "../../telemetry/gpu/choose.ts";
import { type GpuMonitorStart, startGpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { openGpuSampler } from "../../workers.ts";
import { notes } from "../ui/notes.ts";

/** Starts a GPU monitor as the command line asks for it; what goes wrong on the way is said on stderr. */
export function openMonitor(options: {
  /** --gpu. */
  gpu: string | undefined;
  intervalMs: number;
  path: string | null;
  clock: Clock;
  serverPort: number | null;
}): Promise<GpuMonitorStart> {
  const { gpu, path, ...rest } = options;
  return startGpuMonitor({
    ...rest,
    path,
    env: process.env,
    choice: gpuChoice(gpu, process.env),
    openThread: openGpuSampler,
    onProblem: (problem) => notes.warn(problem),
    onWriteError({ code, message }) {
      const cause = Object.assign(new Error(message), { code });
      notes.error(outputError(cause, `cannot write ${path}`, "The lines written before are kept.").message);
    },
  });
}
