import type { Gate } from "../../analysis/gate.ts";
import type { ToolError } from "../../core/errors.ts";
import { csvSlices } from "../../results/csv.ts";
import { openLineWriter } from "../../results/jsonl-writer.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson, strictJsonLine } from "../../results/strict-json.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import { endMonitor } from "../../telemetry/gpu/run-figures.ts";
import type { ServerMetricsMonitor } from "../../telemetry/server-metrics/monitor.ts";
import type { CalibrationOutcome } from "./calibration.ts";
import type { TargetOptions } from "./client/http-client.ts";
import type { EfficiencyContext } from "./efficiency/efficiency.ts";
import { type Execution, type ExecutionDeps, execute } from "./execution.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { toLine } from "./record-line.ts";
import { columnsOf, rowOf } from "./rows.ts";
import type { RunResult } from "./run.ts";
import type { SloSet } from "./slo.ts";
import { summarize } from "./summary.ts";
import type { Connections, RunIdentity, ServingSummary } from "./summary-shape.ts";
import { type Crew, executeInWorkers } from "./workers/crew.ts";
import { workerFiles } from "./workers/record-files.ts";

/** The files of a serving run that this module writes. */
export const sessionFiles = ["requests.jsonl", "metrics.csv", "metrics.json", "summary.json"] as const;

export interface SessionDeps
  extends Pick<ExecutionDeps, "clock" | "alarm" | "counter" | "interrupt" | "until" | "onEvent"> {
  directory: RunDirectory;
  /** null: this process does it all. */
  crew: Crew<unknown> | null;
  connections: Connections;
  /** What was found out about this client before; null: nothing. */
  calibration: CalibrationOutcome | null;
  slos: SloSet | null;
  gates: readonly Gate[];
  /** A chunk gap longer than this is a stall. */
  stallMs: number;
  identity: RunIdentity;
  /** The GPU monitor, or why there is none; null where none was asked for. Ended with the run. */
  gpu: GpuMonitorStart | null;
  /** What reads the server's metrics; null where that was not asked for. Ended with the run. */
  serverMetrics: ServerMetricsMonitor | null;
  /** Price and energy meter; the meter is ended with the run. */
  efficiency: EfficiencyContext;
  /** Told when records can no longer be written. */
  onWriteError(error: ToolError): void;
}

/** A run that is over. */
export interface Session {
  summary: ServingSummary;
  /** In the order of their intended times. */
  records: readonly RequestRecord[];
  /** Columns of their table. */
  columns: readonly string[];
  result: RunResult;
  /** Whether requests.jsonl is as it should be; else workers wrote it in pieces, or a tokenizer counted the answers after the run. */
  recordsOnDisk: boolean;
  /** Files that workers wrote records into. */
  pieces: readonly string[];
  /** Why records could not be written while the run went on; null: all were. */
  lostRecords: ToolError | null;
  toUnixMs(atMs: number): number;
}

/** A run under way: `saveNow` writes what is buffered, and requests in flight as cut off, for the moment before a forced exit. */
export interface SessionHandle {
  finished: Promise<Session>;
  saveNow(): void;
}

/** Executes a plan: records are written as they come; `writeSession` writes the rest. */
export function startSession(plan: ServingPlan, target: TargetOptions, deps: SessionDeps): SessionHandle {
  const { crew, directory, serverMetrics: beside, onWriteError: onError } = deps;
  const halt = new AbortController();
  if (crew !== null) {
    const executing = executeInWorkers(plan, crew, { ...deps, beside, halt: halt.signal });
    return { finished: finish(plan, target, deps, executing), saveNow: () => halt.abort() };
  }
  const writer = openLineWriter(directory.path("requests.jsonl"), { onError });
  const executing = execute(plan, target, { ...deps, beside, halt: halt.signal }, writer);
  return {
    finished: finish(plan, target, deps, executing),
    saveNow() {
      halt.abort();
      writer.flushSync();
    },
  };
}

async function finish(
  plan: ServingPlan,
  target: TargetOptions,
  deps: SessionDeps,
  executing: Promise<Execution>,
): Promise<Session> {
  const { clock, counter } = deps;
  const { records, result, client, lostRecords, until } = await executing;
  records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  const toUnixMs = clock.toUnixMs.bind(clock);
  deps.efficiency.meter?.stop();
  const summary = summarize(records, {
    plan,
    result,
    client,
    gpu: await endMonitor(deps.gpu, { fromMs: result.startAt, toMs: result.endAt }),
    serverMetrics: (await deps.serverMetrics?.stop()) ?? null,
    toUnixMs,
    exactLengths: counter.exact,
    connections: deps.connections,
    calibration: deps.calibration,
    slos: deps.slos,
    gates: deps.gates,
    stallMs: deps.stallMs,
    until,
    identity: deps.identity,
    efficiency: deps.efficiency,
  });
  return {
    summary,
    records,
    columns: columnsOf(plan),
    result,
    recordsOnDisk: deps.crew === null && !target.keepText,
    // Of as many workers as were allowed: fewer may have been needed.
    pieces: workerFiles(deps.crew?.workers ?? 1),
    lostRecords,
    toUnixMs,
  };
}

/** Writes the tables and the summary of a finished run. @throws ToolError naming the file that could not be written */
export function writeSession(
  { summary, records, columns, recordsOnDisk, pieces, toUnixMs }: Session,
  directory: RunDirectory,
): void {
  const run = records.filter((r) => r.stage === "run");
  // The smallest and most wanted first; a file that does not fit must not cost the ones after it.
  const writes: (() => void)[] = [
    () => directory.writeAtomic("summary.json", strictJson(summary)),
    () =>
      directory.writeAtomic(
        "metrics.csv",
        csvSlices(
          columns,
          mapped(run, (r) => rowOf(r, toUnixMs)),
        ),
      ),
    () => directory.writeAtomic("metrics.json", jsonRows(run, columns, toUnixMs)),
  ];
  if (!recordsOnDisk) {
    writes.push(() => {
      directory.writeAtomic(
        "requests.jsonl",
        mapped(records, (r) => `${toLine(r)}\n`),
      );
      for (const name of pieces) directory.remove(name);
    });
  }
  const errors: unknown[] = [];
  for (const write of writes) {
    try {
      write();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** The rows of metrics.csv as a JSON list of objects, one a line. */
function* jsonRows(
  run: readonly RequestRecord[],
  columns: readonly string[],
  toUnixMs: (atMs: number) => number,
): Generator<string> {
  yield "[";
  for (const [i, record] of run.entries()) {
    const row = rowOf(record, toUnixMs).map((cell, column) => [columns[column], cell]);
    yield `${i === 0 ? "\n" : ",\n"}${strictJsonLine(Object.fromEntries(row))}`;
  }
  yield "\n]\n";
}

function* mapped<T, U>(items: readonly T[], of: (item: T) => U): Generator<U> {
  for (const item of items) yield of(item);
}
