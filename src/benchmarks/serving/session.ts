import type { ToolError } from "../../core/errors.ts";
import { csvSlices } from "../../results/csv.ts";
import { type LineWriter, openLineWriter } from "../../results/jsonl-writer.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson, strictJsonLine } from "../../results/strict-json.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import { endMonitor } from "../../telemetry/gpu/run-figures.ts";
import type { TargetOptions } from "./client/http-client.ts";
import { type ExecutionDeps, execute } from "./execution.ts";
import type { Gate } from "./gates.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { toLine } from "./record-line.ts";
import { columns, rowOf } from "./rows.ts";
import type { RunResult } from "./run.ts";
import type { SloSet } from "./slo.ts";
import { summarize } from "./summary.ts";
import type { Connections, RunIdentity, ServingSummary } from "./summary-shape.ts";

/** The files of a serving run that this module writes. */
export const sessionFiles = ["requests.jsonl", "metrics.csv", "metrics.json", "summary.json"] as const;

export interface SessionDeps extends ExecutionDeps {
  directory: RunDirectory;
  connections: Connections;
  slos: SloSet | null;
  gates: readonly Gate[];
  identity: RunIdentity;
  /** The GPU monitor, or why there is none; null where none was asked for. Ended with the run. */
  gpu: GpuMonitorStart | null;
  /** Told when records can no longer be written. */
  onWriteError(error: ToolError): void;
}

/** A run that is over. */
export interface Session {
  summary: ServingSummary;
  /** In the order of their intended times. */
  records: readonly RequestRecord[];
  result: RunResult;
  /** Whether a tokenizer counted the answers after the run, so that the records on disk lack these counts. */
  textsCounted: boolean;
  /** Why records could not be written while the run went on; null: all were. */
  lostRecords: ToolError | null;
  toUnixMs(atMs: number): number;
}

/** A run under way: `saveNow` writes what is buffered, for the moment before a forced exit. */
export interface SessionHandle {
  finished: Promise<Session>;
  saveNow(): void;
}

/** Executes a plan: records are written as they come; `writeSession` writes the rest. */
export function startSession(plan: ServingPlan, target: TargetOptions, deps: SessionDeps): SessionHandle {
  const writer = openLineWriter(deps.directory.path("requests.jsonl"), { onError: deps.onWriteError });
  return { finished: run(plan, target, deps, writer), saveNow: () => writer.flushSync() };
}

async function run(
  plan: ServingPlan,
  target: TargetOptions,
  deps: SessionDeps,
  writer: LineWriter,
): Promise<Session> {
  const { clock, counter } = deps;
  const { records, result, client } = await execute(plan, target, deps, writer);
  records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  const toUnixMs = clock.toUnixMs.bind(clock);
  const summary = summarize(records, {
    plan,
    result,
    client,
    gpu: await endMonitor(deps.gpu, { fromMs: result.startAt, toMs: result.endAt }),
    toUnixMs,
    exactLengths: counter.exact,
    connections: deps.connections,
    slos: deps.slos,
    gates: deps.gates,
    identity: deps.identity,
  });
  return {
    summary,
    records,
    result,
    textsCounted: target.keepText,
    lostRecords: writer.error,
    toUnixMs,
  };
}

/** Writes the tables and the summary of a finished run. @throws ToolError naming the file that could not be written */
export function writeSession(
  { summary, records, textsCounted, toUnixMs }: Session,
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
    () => directory.writeAtomic("metrics.json", jsonRows(run, toUnixMs)),
  ];
  if (textsCounted)
    writes.push(() =>
      directory.writeAtomic(
        "requests.jsonl",
        mapped(records, (r) => `${toLine(r)}\n`),
      ),
    );
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
function* jsonRows(run: readonly RequestRecord[], toUnixMs: (atMs: number) => number): Generator<string> {
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
