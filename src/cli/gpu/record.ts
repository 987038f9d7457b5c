import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { ExitCode, systemCode, type ToolError, usageError } from "../../core/errors.ts";
import { interruptible } from "../../core/signals.ts";
import { version } from "../../core/version.ts";
import { waitUntil } from "../../core/wait.ts";
import { systemClock } from "../../native/system-clock.ts";
import { prometheusText } from "../../report/gpu-prometheus.ts";
import { recordingText } from "../../report/gpu-recording.ts";
import { outputError } from "../../results/output-error.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { GpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { endMonitor, gpuWarnings } from "../../telemetry/gpu/run-figures.ts";
import { printResult } from "../output.ts";
import { notes } from "../ui/notes.ts";
import { type ListenAddress, serveMetrics } from "./metrics-server.ts";
import { noGpu, openMonitor } from "./open-monitor.ts";
import { startWatching } from "./watch.ts";

export interface RecordValues {
  gpu: string | undefined;
  watch: boolean;
  duration: number | undefined;
  gpuInterval: number;
  out: string | undefined;
  overwrite: boolean;
  listen: ListenAddress | undefined;
  json: boolean;
}

/**
 * Samples GPUs until the time is over, Ctrl-C, or nothing more can be read; then sums up.
 * @returns ok; interrupted where Ctrl-C came before the time was over; runFailed where readings ended by themselves
 * @throws ToolError NO_GPU, exit 4; what the file or the address is refused for
 */
export async function recordGpus(values: RecordValues): Promise<ExitCode> {
  const { gpu, duration, gpuInterval: intervalMs, out, listen } = values;
  if (out !== undefined) createFile(out, values.overwrite);
  const clock = systemClock();
  let restore = () => {};
  const { signal, dispose } = interruptible(() => restore());
  const failed = Promise.withResolvers<ToolError>();
  const start = await openMonitor({
    gpu,
    intervalMs,
    path: out ?? null,
    clock,
    serverPort: null,
    onWriteError: failed.resolve,
  });
  if (!start.ok) {
    if (out !== undefined && statSync(out).size === 0) rmSync(out);
    throw noGpu(start.reason);
  }
  const { monitor } = start;
  const fromMs = clock.now();
  const server = listen === undefined ? null : serve(listen, monitor);
  const view = values.watch ? startWatching(monitor, clock) : null;
  restore = () => view?.stop();
  let writeError: ToolError | null = null;
  try {
    const toMs = duration === undefined ? Number.POSITIVE_INFINITY : fromMs + duration;
    const isOver = new AbortController();
    signal.addEventListener("abort", () => isOver.abort());
    const ends = [waitUntil(toMs, clock, isOver.signal), monitor.over, failed.promise];
    if (view !== null) ends.push(view.unread);
    writeError = (await Promise.race(ends)) ?? null;
    isOver.abort();
  } finally {
    view?.stop();
    server?.stop();
    dispose();
  }
  const isInterrupted = signal.aborted && duration !== undefined;
  const figures = (await endMonitor(start, { fromMs, toMs: clock.now() }))!;
  const recording = {
    startedAt: new Date(clock.toUnixMs(fromMs)).toISOString(),
    durationS: (clock.now() - fromMs) / 1000,
    interrupted: isInterrupted,
  };
  printResult(
    values.json
      ? strictJson({ schemaVersion: 1, tool: "inferbench", version, ...recording, ...figures })
      : recordingText(recording, figures),
  );
  for (const { message, hint } of gpuWarnings(figures)) notes.warn(`${message}\n  ${hint}`);
  if (writeError !== null) throw writeError;
  if (out !== undefined) notes.info(`readings in ${out}`);
  if (isInterrupted) return ExitCode.interrupted;
  return figures.problem === null ? ExitCode.ok : ExitCode.runFailed;
}

function serve(address: ListenAddress, monitor: GpuMonitor) {
  const server = serveMetrics(address, () => prometheusText(monitor.latest()));
  notes.info(`listening on ${server.url}`);
  return server;
}

/** Makes the file before anything is sampled, so that a bad path fails at once. */
function createFile(path: string, overwrite: boolean): void {
  try {
    closeSync(openSync(path, overwrite ? "w" : "wx"));
  } catch (error) {
    if (systemCode(error) === "EEXIST")
      throw usageError(`${path} is there already`, "Name another file, or pass --overwrite.");
    throw outputError(error, `cannot create ${path}`);
  }
}
