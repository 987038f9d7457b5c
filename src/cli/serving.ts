import type { TargetOptions } from "../benchmarks/serving/client/http-client.ts";
import { type PreflightResult, preflight } from "../benchmarks/serving/preflight.ts";
import type { Connections } from "../benchmarks/serving/summary-shape.ts";
import { autoWorkers } from "../benchmarks/serving/workers/auto-workers.ts";
import type { Crew } from "../benchmarks/serving/workers/crew.ts";
import { workerFiles } from "../benchmarks/serving/workers/record-files.ts";
import type { SessionSource } from "../benchmarks/serving/workload/conversation.ts";
import type { Trace } from "../benchmarks/serving/workload/trace.ts";
import type { Clock } from "../core/clock.ts";
import type { ExitCode } from "../core/errors.ts";
import { ownProgram } from "../core/program.ts";
import { interruptedEarly, interruptible } from "../core/signals.ts";
import { systemClock } from "../native/system-clock.ts";
import { figureFiles } from "../report/figures/serving/names.ts";
import { spareCores } from "../results/environment/spare-cores.ts";
import { openRunDirectory, type RunDirectory } from "../results/run-directory.ts";
import { command } from "./command.ts";
import { efficiencyOf } from "./efficiency/efficiency.ts";
import { calibrated } from "./serving/calibrate.ts";
import { type ServingValues, settingsOf, targetOf, verdictOf } from "./serving/config.ts";
import { defaultOutdir } from "./serving/default-outdir.ts";
import { execute, type Prepared, runFiles } from "./serving/execute.ts";
import { figureLookOf } from "./serving/figures.ts";
import { servingFlags } from "./serving/flags.ts";
import { inputsOf, type PlanJob, planOf } from "./serving/inputs.ts";
import { seedFilesOf } from "./serving/seed-files.ts";
import { WORKER_COMMAND } from "./serving/worker-command.ts";
import { notes } from "./ui/notes.ts";
import { withSpinner } from "./ui/spinner.ts";

export const servingCommand = command({
  name: "serving",
  description: "load-test a model server: TTFT, TPOT, ITL, latency, throughput",
  examples: [
    "serving --endpoint http://localhost:8000/v1/completions --rate 20 --duration 60",
    "serving --endpoint http://localhost:8000/v1/chat/completions --concurrency 8 --num-prompts 200",
    "serving --endpoint http://localhost:8000/v1/completions --rate inf --num-prompts 500 --sample-prompts-file prompts.txt --outdir ./results/burst",
  ],
  flags: servingFlags,
  run: ({ values }) => runServingCommand(values),
});

async function runServingCommand(values: ServingValues): Promise<ExitCode> {
  const clock = systemClock();
  const asked = targetOf(values, process.env);
  const verdict = verdictOf(values);
  const efficiency = efficiencyOf(values);
  const figures = figureLookOf(values);
  const inputs = await inputsOf(values, process.env);
  const seedFiles = await seedFilesOf(values, process.env);
  const { trace, workload } = inputs;
  if (trace !== null) sayOfTrace(trace);
  if (workload.sessions !== null) sayOfConversations(workload.sessions);
  // Not before: until here there is nothing to put in order, and Ctrl-C may end a download at once.
  let saveNow = () => {};
  const { signal, dispose } = interruptible(() => saveNow());
  const most = values.workers === "auto" ? spareCores() : values.workers;
  const directory = openRunDirectory(values.outdir ?? defaultOutdir("serving"), {
    overwrite: values.overwrite,
    names: [...runFiles, ...workerFiles(most), ...figureFiles(figures?.format ?? "none")],
  });
  try {
    const checked = await checkTarget(values, asked, clock, signal);
    const { closesConnections } = checked;
    const wanted: Connections = asked.keepalive ? "reused" : "new";
    const { plan, target } = planOf(values, inputs, asked, checked);
    const connections: Connections = closesConnections ? "new, the server closes them" : wanted;
    const workers = values.workers === "auto" ? autoWorkers(plan, most) : most;
    const job: PlanJob = { values, salt: workload.salt, headers: target.headers, checked };
    const crew = workers === 1 ? null : crewOf(workers, job, directory);
    const calibration = values.calibrate
      ? await calibrated(plan, workers, target, checked.pace, clock, signal)
      : null;
    const prepared: Prepared = {
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
      directory,
      crew,
    };
    return await execute(prepared, clock, signal, (save) => {
      saveNow = save;
    });
  } finally {
    directory.removeEmpty();
    dispose();
  }
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

function sayOfTrace({ path, skipped, outOfOrder }: Trace): void {
  if (skipped > 0) notes.warn(`${path}: ${skipped} requests without tokens are left out`);
  if (outOfOrder > 0)
    notes.warn(`${path}: ${outOfOrder} requests stood after a later one; they were sorted by time`);
}

function sayOfConversations({ cutShort, conversations }: SessionSource): void {
  if (cutShort > 0)
    notes.warn(
      `${cutShort} of ${conversations} conversations end early, at --max-input-length or --max-output-length`,
    );
}

/** Finds the model, and mistakes, before any load. @throws ToolError, exit 4; exit 130 when interrupted meanwhile */
function checkTarget(
  values: ServingValues,
  target: TargetOptions,
  clock: Clock,
  interrupt: AbortSignal,
): Promise<PreflightResult> {
  const options = { target, model: values.model, settings: settingsOf(values), clock };
  const timeoutMs = values.preflight ? values.preflightTimeout : null;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt.addEventListener("abort", () => reject(interruptedEarly()), { once: true });
  });
  const asking = Promise.race([preflight({ ...options, timeoutMs }), interrupted]);
  return withSpinner(`asking ${new URL(target.url).origin}`, asking);
}
