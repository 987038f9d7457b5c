import type { Clock } from "../../core/clock.ts";
import { environmentError } from "../../core/errors.ts";
import { openLineWriter } from "../../results/jsonl-writer.ts";
import { type GpuMonitorStart, startGpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { notes } from "../ui/notes.ts";
import type { ServingValues } from "./config.ts";

/** The GPU monitor beside a run, and its file. */
export interface GpuBeside {
  /** null where none was asked for. */
  start: GpuMonitorStart | null;
  saveNow(): void;
  close(): void;
}

/**
 * Starts the GPU monitor that --gpu-monitor asks for.
 * @throws ToolError NO_GPU, exit 4, with `require` and no GPU to read
 */
export async function startGpu(values: ServingValues, outPath: string, clock: Clock): Promise<GpuBeside> {
  const { gpuMonitor, gpuInterval } = values;
  if (gpuMonitor === undefined || gpuMonitor === "off") return { start: null, saveNow() {}, close() {} };
  const sink = openLineWriter(outPath, { onError: (error) => notes.error(error.message) });
  const start = await startGpuMonitor({
    intervalMs: Math.round(gpuInterval),
    sink,
    clock,
    env: process.env,
    onProblem: (problem) => notes.warn(problem),
  });
  if (!start.ok && gpuMonitor === "require") {
    sink.close();
    throw environmentError(
      "NO_GPU",
      start.reason,
      "Without =require the run goes on and leaves the GPU out.",
    );
  }
  return { start, saveNow: sink.flushSync, close: sink.close };
}
