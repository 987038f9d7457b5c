import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { TargetOptions } from "../benchmarks/serving/client/http-client.ts";
import type { ServingPlan } from "../benchmarks/serving/plan.ts";
import { type PreflightResult, preflight } from "../benchmarks/serving/preflight.ts";
import { type Session, sessionFiles, startSession, writeSession } from "../benchmarks/serving/session.ts";
import type { Connections } from "../benchmarks/serving/summary-shape.ts";
import { VLLM_RESULT_FILE, vllmResult } from "../benchmarks/serving/vllm-result.ts";
import { autoWorkers } from "../benchmarks/serving/workers/auto-workers.ts";
import type { Crew } from "../benchmarks/serving/workers/crew.ts";
import { workerFiles } from "../benchmarks/serving/workers/record-files.ts";
import type { Trace } from "../benchmarks/serving/workload/trace.ts";
import { PollingAlarm } from "../core/alarm.ts";
import type { Clock } from "../core/clock.ts";
import { ExitCode, ToolError } from "../core/errors.ts";
import { ownProgram } from "../core/program.ts";
import { interruptible } from "../core/signals.ts";
import { systemClock } from "../native/system-clock.ts";
import { figureFiles } from "../report/figures/serving/names.ts";
import { servingText } from "../report/serving-text.ts";
import { spareCores } from "../results/environment/spare-cores.ts";
import { METADATA_FILE } from "../results/metadata.ts";
import { openRunDirectory, type RunDirectory } from "../results/run-directory.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import type { FigureLook } from "./figures.ts";
import { printResult } from "./output.ts";
import { type ServingValues, settingsOf, targetOf, verdictOf } from "./serving/config.ts";
import { defaultOutdir, timeStamp } from "./serving/default-outdir.ts";
import { drawRun, figureLookOf } from "./serving/figures.ts";
import { servingFlags } from "./serving/flags.ts";
import { startGpu } from "./serving/gpu.ts";
import { headingOf } from "./serving/heading.ts";
import { inputsOf, type PlanJob, planOf } from "./serving/inputs.ts";
import { LiveText } from "./serving/live-text.ts";
import { startRunMetadata } from "./serving/metadata.ts";
import { WORKER_COMMAND } from "./serving/worker-command.ts";
import type { Workload } from "./serving/workload.ts";
import { LiveLine } from "./ui/live-line.ts";
import { notes } from "./ui/notes.ts";
import { withSpinner } from "./ui/spinner.ts";

const SUMMARY_TEXT = "summary.txt";
const GPU_FILE = "gpu_memory.csv";

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

/** A run that is planned and checked, on its way to be executed. */
interface Prepared {
  values: ServingValues;
  plan: ServingPlan;
  target: TargetOptions;
  connections: Connections;
  workload: Workload;
  verdict: ReturnType<typeof verdictOf>;
  directory: RunDirectory;
  crew: Crew<PlanJob> | null;
  figures: FigureLook | null;
}

async function runServingCommand(values: ServingValues): Promise<ExitCode> {
  const clock = systemClock();
  const asked = targetOf(values, process.env);
  const verdict = verdictOf(values);
  const figures = figureLookOf(values);
  const inputs = await inputsOf(values, process.env);
  const { trace, workload } = inputs;
  if (trace !== null) sayOfTrace(trace);
  // Not before: until here there is nothing to put in order, and Ctrl-C may end a download at once.
  let saveNow = () => {};
  const { signal, dispose } = interruptible(() => saveNow());
  const most = values.workers === "auto" ? spareCores() : values.workers;
  const directory = openRunDirectory(values.outdir ?? defaultOutdir("serving"), {
    overwrite: values.overwrite,
    names: [
      ...[...sessionFiles, SUMMARY_TEXT, METADATA_FILE, GPU_FILE, VLLM_RESULT_FILE],
      ...[...workerFiles(most), ...figureFiles(figures?.format ?? "none")],
    ],
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
    const prepared = { values, plan, target, connections, workload, verdict, directory, crew, figures };
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
    const stop = () =>
      reject(
        new ToolError("INTERRUPTED", "interrupted before the run began", { exit: ExitCode.interrupted }),
      );
    interrupt.addEventListener("abort", stop, { once: true });
  });
  const asking = Promise.race([preflight({ ...options, timeoutMs }), interrupted]);
  return withSpinner(`asking ${new URL(target.url).origin}`, asking);
}

async function execute(
  prepared: Prepared,
  clock: Clock,
  interrupt: AbortSignal,
  onSaver: (saveNow: () => void) => void,
): Promise<ExitCode> {
  const { values, plan, target, connections, workload, verdict, directory, crew, figures } = prepared;
  const heading = headingOf(plan, target);
  const gpu = await startGpu(values, directory.path(GPU_FILE), clock);
  const runName = values.runName ?? basename(directory.directory);
  const { metadata, identity } = await startRunMetadata({
    values,
    plan,
    target,
    workload,
    directory,
    runName,
  });
  // Polling keeps send times closest where a core is spare, which a load generator needs anyway.
  const alarm = new PollingAlarm(clock);
  const line = new LiveLine();
  const text = new LiveText();
  const session = startSession(plan, target, {
    clock,
    alarm,
    directory,
    crew,
    counter: workload.counter,
    connections,
    ...verdict,
    identity,
    interrupt,
    gpu: gpu.start,
    onEvent(event, live) {
      text.stage(event);
      line.update(() => text.of(event, live));
    },
    onWriteError: (error) => notes.error(error.message),
  });
  onSaver(() => {
    session.saveNow();
    gpu.saveNow();
    metadata.finish("interrupted", Date.now());
    directory.removeEmpty();
    line.clear();
    const files = ["requests.jsonl", ...workerFiles(crew?.workers ?? 1)].map((name) => directory.path(name));
    const written = files.filter((file) => existsSync(file));
    notes.info(
      written.length > 0
        ? `stopped; the records until now are in ${written.join(", ")}`
        : "stopped before any answer",
    );
  });
  interrupt.addEventListener("abort", () => {
    line.clear();
    notes.info("ending the run: what is open gets 2 s to finish; Ctrl-C again stops at once");
  });
  try {
    const done = await session.finished;
    line.clear();
    const exit = exitCodeOf(done);
    const table = tableOf(done, heading);
    try {
      // Before the files: a full disk must not cost the reader the numbers, nor a full stdout the files.
      show(done, table, values);
    } finally {
      directory.writeAtomic(SUMMARY_TEXT, summaryText(table, done));
      writeSession(done, directory);
      if (values.saveResult) {
        const run = {
          date: timeStamp(new Date(clock.toUnixMs(done.result.startAt))),
          backend: target.protocol.name,
          tokenizer: workload.counter.name,
        };
        directory.writeAtomic(
          VLLM_RESULT_FILE,
          strictJson(vllmResult(done.records, done.summary, plan, run)),
        );
      }
    }
    if (done.lostRecords !== null) throw done.lostRecords;
    const { startAt } = done.result;
    metadata.finish(statusOf(exit), Date.now(), {
      clock: { startMonotonicMs: startAt, startUnixMs: clock.toUnixMs(startAt) },
    });
    gpu.saveNow();
    await drawRun(figures, done.records, directory);
    notes.info(`results in ${directory.directory}`);
    return exit;
  } catch (error) {
    line.clear();
    try {
      metadata.finish("failed", Date.now());
    } catch {
      // The first error says more.
    }
    throw error;
  } finally {
    gpu.close();
    alarm.close();
  }
}

function exitCodeOf({ summary, result }: Session): ExitCode {
  if (result.interrupted) return ExitCode.interrupted;
  const { succeeded = 0, failed = 0 } = summary.whole?.requests ?? {};
  if (succeeded === 0 || failed > succeeded) return ExitCode.runFailed;
  if (summary.validity.verdict === "unfit") return ExitCode.clientUnfit;
  const isSloMissed = (summary.steady ?? summary.whole)?.goodput?.isMet === false;
  return isSloMissed || summary.gates.some(({ passed }) => !passed) ? ExitCode.gateFailed : ExitCode.ok;
}

/** A missed gate is a verdict on the server; the run itself is complete. */
function statusOf(exit: ExitCode): "complete" | "interrupted" | "failed" {
  if (exit === ExitCode.interrupted) return "interrupted";
  return exit === ExitCode.runFailed ? "failed" : "complete";
}

function tableOf({ summary, result }: Session, heading: readonly string[]): string {
  const status = result.interrupted ? ["", "INTERRUPTED: what follows covers the time until then."] : [];
  return servingText(summary, [...heading, ...status]);
}

/** The table on stdout, warnings on stderr. @throws ToolError when stdout takes no more */
function show({ summary }: Session, table: string, values: ServingValues): void {
  printResult(values.json ? strictJson(summary) : table);
  for (const { message, hint } of summary.warnings) notes.warn(`${message}\n  ${hint}`);
  if ((summary.whole?.requests.succeeded ?? 0) === 0)
    notes.error("no request succeeded: there is nothing to measure");
}

function summaryText(table: string, { summary }: Session): string {
  const warnings = summary.warnings.map(({ message, hint }) => `warning: ${message}\n  ${hint}`);
  return `${[table, ...warnings].join("\n\n")}\n`;
}
