import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { CalibrationOutcome } from "../../benchmarks/serving/calibration.ts";
import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { ExecutionDeps } from "../../benchmarks/serving/execution.ts";
import type { ServingPlan } from "../../benchmarks/serving/plan.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { type Session, sessionFiles, startSession, writeSession } from "../../benchmarks/serving/session.ts";
import type { Connections, Warning } from "../../benchmarks/serving/summary-shape.ts";
import type { UntilWatch } from "../../benchmarks/serving/until-watch.ts";
import { VLLM_RESULT_FILE, vllmResult } from "../../benchmarks/serving/vllm-result.ts";
import type { Crew } from "../../benchmarks/serving/workers/crew.ts";
import { workerFiles } from "../../benchmarks/serving/workers/record-files.ts";
import { PollingAlarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import { ExitCode } from "../../core/errors.ts";
import { TIME_IS_OVER } from "../../core/signals.ts";
import { REPORT_FILE } from "../../report/html/names.ts";
import { METADATA_FILE } from "../../results/metadata.ts";
import { SUMMARY_TEXT } from "../../results/names.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import type { MetricsSource } from "../../telemetry/server-metrics/fetch-metrics.ts";
import type { ServerMetricsMonitor } from "../../telemetry/server-metrics/monitor.ts";
import { startUntilWatch } from "../../workers.ts";
import { type Efficiency, startEfficiency } from "../efficiency/efficiency.ts";
import { startGpu } from "../efficiency/gpu.ts";
import type { FigureLook } from "../figures.ts";
import { LiveLine } from "../ui/live-line.ts";
import { notes } from "../ui/notes.ts";
import type { ServingValues, verdictOf } from "./config.ts";
import { timeStamp } from "./default-outdir.ts";
import { drawRun, writePage } from "./figures.ts";
import { headingOf } from "./heading.ts";
import type { PlanJob } from "./inputs.ts";
import { LiveText } from "./live-text.ts";
import { localPort } from "./local-port.ts";
import { startRunMetadata } from "./metadata.ts";
import { exitCodeOf, statusOf, summaryText, tableOf } from "./outcome.ts";
import { type SeedFiles, uploadSeedFiles, writeSeedFiles } from "./seed-files.ts";
import { openServerMetrics } from "./server-metrics.ts";
import type { Workload } from "./workload.ts";

const GPU_FILE = "gpu_memory.csv";
const SERVER_METRICS_FILE = "server_metrics.csv";

/** Every file that a run may leave, but for those of workers. */
export const runFiles: readonly string[] = [
  ...sessionFiles,
  SUMMARY_TEXT,
  METADATA_FILE,
  GPU_FILE,
  SERVER_METRICS_FILE,
  VLLM_RESULT_FILE,
  REPORT_FILE,
];

/** A run that is planned and checked, on its way to be executed. */
export interface Prepared {
  values: ServingValues;
  plan: ServingPlan;
  target: TargetOptions;
  connections: Connections;
  calibration: CalibrationOutcome | null;
  workload: Workload;
  verdict: ReturnType<typeof verdictOf>;
  efficiency: Efficiency;
  /** null: none. */
  figures: FigureLook | null;
  /** Seed 004's result files; null: none. */
  seedFiles: SeedFiles | null;
  /** Where the server's metrics are read; null: nowhere. */
  metricsSource: MetricsSource | null;
  directory: RunDirectory;
  crew: Crew<PlanJob> | null;
}

/** Says when a run's records are enough, besides its own `--until`. */
export interface RunWatch {
  add(record: RequestRecord): void;
  progress(inFlight: number): void;
  readonly enough: AbortSignal;
  /** What it has to say once the run is over. */
  warnings(): Warning[];
}

/** How a run is executed, and what is heard of it. */
export interface Executing {
  clock: Clock;
  interrupt: AbortSignal;
  /** null: none. */
  watch: RunWatch | null;
  /** Whether it asked for more than the server can do, said when it is over: what is unfinished has not failed then. */
  isBeyond(): boolean;
  /** Stands at the head of the live line. */
  livePrefix: string;
  /** Is given what a second Ctrl-C does before the process ends. */
  onSaver(saveNow: () => void): void;
  /** Called with the run's table before its files are written. */
  onDone(done: Session, table: string): void;
}

/** What came of a run whose files are written. */
export interface Executed {
  exit: ExitCode;
  status: ReturnType<typeof statusOf>;
  done: Session;
  table: string;
  /** Names of seed 004's result files that were written. */
  seedFiles: string[];
}

/** Executes a run and writes its files. @throws ToolError */
export async function execute(prepared: Prepared, executing: Executing): Promise<Executed> {
  const gpu = await startGpu(
    prepared.values,
    prepared.directory.path(GPU_FILE),
    executing.clock,
    localPort(prepared.target.url),
  );
  const serverMetrics = openServerMetrics(
    prepared.metricsSource,
    prepared.directory.path(SERVER_METRICS_FILE),
    executing.clock,
  );
  try {
    return await executeBeside({ gpu, serverMetrics }, prepared, executing);
  } finally {
    // Already done, unless the start or the run broke off.
    if (gpu?.ok) await gpu.monitor.stop();
    await serverMetrics?.stop();
  }
}

async function executeBeside(
  { gpu, serverMetrics }: { gpu: GpuMonitorStart | null; serverMetrics: ServerMetricsMonitor | null },
  prepared: Prepared,
  { clock, interrupt, watch, isBeyond, livePrefix, onSaver, onDone }: Executing,
): Promise<Executed> {
  const { values, plan, target, connections, calibration, workload, verdict, directory, crew } = prepared;
  const heading = headingOf(plan, target);
  const until = plan.stop.until === undefined ? null : await startUntilWatch(plan.stop.until);
  const runName = values.runName ?? basename(directory.directory);
  const { metadata, identity } = await startRunMetadata({
    values,
    plan,
    target,
    workload,
    directory,
    runName,
    clock,
  });
  const efficiency = await startEfficiency(prepared.efficiency, { clock, gpu, signal: interrupt });
  // Polling keeps send times closest where a core is spare, which a load generator needs anyway.
  const alarm = new PollingAlarm(clock);
  const line = new LiveLine();
  const text = new LiveText(until);
  const ended = new AbortController();
  let isSending = false;
  const session = startSession(plan, target, {
    clock,
    alarm,
    directory,
    crew,
    counter: workload.counter,
    connections,
    calibration,
    ...verdict,
    identity,
    interrupt,
    gpu,
    serverMetrics,
    until: watch === null ? until : watchedToo(until, watch),
    efficiency,
    onEvent(event, live) {
      text.stage(event);
      if (event.type === "stage") isSending = event.stage === "run";
      if (event.type === "progress" && isSending) watch?.progress(event.inFlight);
      line.update(() => {
        const shown = text.of(event, live);
        return shown === null ? null : livePrefix + shown;
      });
    },
    onWriteError: (error) => notes.error(error.message),
  });
  onSaver(() => {
    session.saveNow();
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
  interrupt.addEventListener(
    "abort",
    () => {
      line.clear();
      const press = interrupt.reason === TIME_IS_OVER ? "twice" : "again";
      notes.info(`ending the run: what is open gets 2 s to finish; Ctrl-C ${press} stops at once`);
    },
    { signal: ended.signal },
  );
  try {
    const done = await session.finished;
    line.clear();
    ended.abort();
    if (watch !== null) done.summary.warnings.push(...watch.warnings());
    const exit = exitCodeOf(done, isBeyond());
    const table = tableOf(done, heading);
    let saved: string[];
    try {
      onDone(done, table);
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
      saved = writeSeedFiles(prepared.seedFiles, done, prepared);
    }
    if (done.lostRecords !== null) throw done.lostRecords;
    const { startAt } = done.result;
    metadata.finish(statusOf(exit), Date.now(), {
      clock: { startMonotonicMs: startAt, startUnixMs: clock.toUnixMs(startAt) },
    });
    // The run is whole, whatever is drawn of it.
    onSaver(() => directory.removeEmpty());
    await drawRun(prepared.figures, done.records, directory);
    if (values.html) await writePage(done.records, directory);
    const isUploaded = await uploadSeedFiles(prepared.seedFiles, saved);
    return {
      exit: isUploaded ? exit : ExitCode.runFailed,
      status: statusOf(exit),
      done,
      table,
      seedFiles: saved.map((path) => basename(path)),
    };
  } catch (error) {
    line.clear();
    try {
      metadata.finish("failed", Date.now());
    } catch {
      // The first error says more.
    }
    throw error;
  } finally {
    ended.abort();
    alarm.close();
    until?.close();
  }
}

/** Both say when it is enough; how the conditions stand, `--until` alone. */
function watchedToo(until: UntilWatch | null, watch: RunWatch): NonNullable<ExecutionDeps["until"]> {
  return {
    enough: until === null ? watch.enough : AbortSignal.any([until.enough, watch.enough]),
    add(record) {
      until?.add(record);
      watch.add(record);
    },
    finish: async () => (await until?.finish()) ?? [],
  };
}
