import type { Alarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import type { ToolError } from "../../core/errors.ts";
import { csvSlices } from "../../results/csv.ts";
import { type LineWriter, openLineWriter } from "../../results/jsonl-writer.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { strictJson, strictJsonLine } from "../../results/strict-json.ts";
import { watchClient } from "../../telemetry/client-health.ts";
import type { GpuMonitorStart } from "../../telemetry/gpu/monitor.ts";
import type { Exchange, TargetOptions } from "./client/http-client.ts";
import type { Gate } from "./gates.ts";
import { LiveStats } from "./live-stats.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { toLine } from "./record-line.ts";
import { columns, rowOf } from "./rows.ts";
import { type RunEvent, type RunResult, runServing } from "./run.ts";
import type { SloSet } from "./slo.ts";
import { summarize } from "./summary.ts";
import type { Connections, GpuFigures, RunIdentity, ServingSummary } from "./summary-shape.ts";
import type { TokenCounter } from "./workload/token-counter.ts";

/** The files of a serving run that this module writes. */
export const sessionFiles = ["requests.jsonl", "metrics.csv", "metrics.json", "summary.json"] as const;

export interface SessionDeps {
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  directory: RunDirectory;
  counter: TokenCounter;
  connections: Connections;
  slos: SloSet | null;
  gates: readonly Gate[];
  identity: RunIdentity;
  interrupt: AbortSignal;
  /** The GPU monitor, or why there is none; null where none was asked for. Ended with the run. */
  gpu: GpuMonitorStart | null;
  onEvent(event: RunEvent, live: LiveStats): void;
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
  return { finished: execute(plan, target, deps, writer), saveNow: () => writer.flushSync() };
}

async function execute(
  plan: ServingPlan,
  target: TargetOptions,
  deps: SessionDeps,
  writer: LineWriter,
): Promise<Session> {
  const { clock, alarm, counter } = deps;
  const records: RequestRecord[] = [];
  const texts: (string | null)[] = [];
  const live = new LiveStats();
  const onExchange = ({ record, text }: Exchange) => {
    records.push(record);
    if (target.keepText) texts.push(text);
    live.add(record);
    writer.append(toLine(record));
  };
  let stopWatching = watchClient();
  let result: RunResult | undefined;
  const { interrupt } = deps;
  // The preparation and the warm-up are not the run's.
  const onStart = () => {
    stopWatching();
    stopWatching = watchClient();
  };
  for await (const event of runServing(plan, {
    clock,
    alarm,
    target,
    onExchange,
    interrupt,
    onStart,
  })) {
    if (event.type === "done") result = event.result;
    deps.onEvent(event, live);
  }
  const client = stopWatching();
  writer.close();
  if (target.keepText) countTexts(records, texts, counter);
  records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  const toUnixMs = clock.toUnixMs.bind(clock);
  const gpu = await gpuFigures(deps.gpu, result!);
  const summary = summarize(records, {
    plan,
    result: result!,
    client,
    gpu,
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
    result: result!,
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

async function gpuFigures(
  gpu: GpuMonitorStart | null,
  { startAt, endAt }: RunResult,
): Promise<GpuFigures | null> {
  if (gpu === null) return null;
  if (!gpu.ok) return { devices: [], intervalMs: null, problem: gpu.reason };
  await gpu.monitor.stop();
  const { intervalMs, problem } = gpu.monitor;
  return { devices: gpu.monitor.summarize({ fromMs: startAt, toMs: endAt }), intervalMs, problem };
}

/** Tokenizes the answers, now that nothing is in flight. */
function countTexts(
  records: RequestRecord[],
  texts: readonly (string | null)[],
  counter: TokenCounter,
): void {
  for (const [i, record] of records.entries()) {
    const text = texts[i];
    if (text !== null && text !== undefined && text !== "") record.textTokens = counter.count(text);
  }
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
