import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import { type PreflightResult, preflight } from "../../benchmarks/serving/preflight.ts";
import type { Connections } from "../../benchmarks/serving/summary-shape.ts";
import { autoWorkers } from "../../benchmarks/serving/workers/auto-workers.ts";
import type { Crew } from "../../benchmarks/serving/workers/crew.ts";
import { workerFiles } from "../../benchmarks/serving/workers/record-files.ts";
import type { Clock } from "../../core/clock.ts";
import { ownProgram } from "../../core/program.ts";
import { interruptedEarly } from "../../core/signals.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import type { MetricsSource } from "../../telemetry/server-metrics/fetch-metrics.ts";
import { requireGpu } from "../efficiency/gpu.ts";
import { withSpinner } from "../ui/spinner.ts";
import { calibrated } from "./calibrate.ts";
import { type ServingValues, settingsOf } from "./config.ts";
import type { Prepared } from "./execute.ts";
import { type Inputs, type PlanJob, planOf } from "./inputs.ts";
import { modelsOf } from "./models.ts";
import { checkMetrics, sayOfMetrics } from "./server-metrics.ts";
import { WORKER_COMMAND } from "./worker-command.ts";

/** A run whose flags are read and whose server was asked. */
export interface Unprepared
  extends Pick<
    Prepared,
    "values" | "verdict" | "efficiency" | "figures" | "seedFiles" | "metricsSource" | "directory"
  > {
  inputs: Inputs;
  asked: TargetOptions;
  checked: PreflightResult;
  /** Processes that may send, at the most. */
  most: number;
}

/** Plans a run and calibrates its client. @throws ToolError USAGE; INTERRUPTED, exit 130 */
export async function prepare(run: Unprepared, clock: Clock, interrupt: AbortSignal): Promise<Prepared> {
  const {
    values,
    inputs,
    asked,
    checked,
    most,
    verdict,
    efficiency,
    figures,
    seedFiles,
    metricsSource,
    directory,
  } = run;
  const { workload } = inputs;
  const wanted: Connections = asked.keepalive ? "reused" : "new";
  const { plan, target } = planOf(values, inputs, asked, checked);
  const connections: Connections = checked.closesConnections ? "new, the server closes them" : wanted;
  const workers = values.workers === "auto" ? autoWorkers(plan, most) : most;
  const job: PlanJob = { values, salt: workload.salt, headers: target.headers, checked };
  const crew = workers === 1 ? null : crewOf(workers, job, directory);
  const calibration = values.calibrate
    ? await calibrated(plan, workers, target, checked.pace, clock, interrupt)
    : null;
  return {
    values,
    plan,
    target,
    connections,
    calibration,
    workload,
    verdict,
    efficiency,
    figures,
    seedFiles,
    metricsSource,
    directory,
    crew,
  };
}

function crewOf(workers: number, job: PlanJob, directory: RunDirectory): Crew<PlanJob> {
  const files = workerFiles(workers);
  return {
    workers,
    program: [...ownProgram(), WORKER_COMMAND],
    job,
    recordsPath: (worker) => directory.path(files[worker]!),
  };
}

/** Finds the models, a GPU that has to be there, and mistakes, before any load. @throws ToolError, exit 4; exit 130 when interrupted meanwhile */
export function checkTarget(
  values: ServingValues,
  target: TargetOptions,
  metricsSource: MetricsSource | null,
  clock: Clock,
  interrupt: AbortSignal,
): Promise<PreflightResult> {
  if (metricsSource !== null) sayOfMetrics(values);
  const options = { target, models: modelsOf(values), settings: settingsOf(values), clock };
  const timeoutMs = values.preflight ? values.preflightTimeout : null;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt.addEventListener("abort", () => reject(interruptedEarly()), { once: true });
  });
  const ask = async () => {
    await requireGpu(values, clock);
    const checked = await preflight({ ...options, timeoutMs });
    if (metricsSource !== null) await checkMetrics(metricsSource, clock);
    return checked;
  };
  const asking = Promise.race([ask(), interrupted]);
  return withSpinner(`asking ${new URL(target.url).origin}`, asking);
}
