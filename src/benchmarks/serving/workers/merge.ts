import { ToolError } from "../../../core/errors.ts";
import { mergeHealth } from "../../../telemetry/merge-health.ts";
import type { Execution } from "../execution.ts";
import type { ServingPlan } from "../plan.ts";
import type { RequestRecord } from "../record.ts";
import { readRecords } from "../record-file.ts";
import type { RunResult } from "../run.ts";
import { unsentRecord } from "../unsent-record.ts";
import { owedTurns } from "./owed-turns.ts";
import { numberInWhole, partOfPlan } from "./part.ts";
import type { WorkerHandle } from "./worker-handle.ts";

interface MergeContext {
  /** ms on the run's clock. */
  startAt: number;
  /** When sending was ended before its time, by Ctrl-C or because enough was known; null: it was not. */
  stoppedAt: number | null;
  interrupted: boolean;
  recordsPath(worker: number): string;
}

/** All workers' records and results as if one process had done the plan. Quantiles are never merged, records are. */
export function mergeWorkers(
  plan: ServingPlan,
  workers: readonly WorkerHandle<unknown>[],
  context: MergeContext,
): Omit<Execution, "until"> {
  const records: RequestRecord[] = [];
  const died: string[] = [];
  let lostRecords: ToolError | null = null;
  for (const [i, worker] of workers.entries()) {
    const { done, death, refusal } = worker;
    const own = recordsOf(worker, context.recordsPath(i));
    if (done?.lostRecords != null) lostRecords ??= new ToolError("WRITE", done.lostRecords.message);
    if (done === null) {
      const how = refusal?.message ?? death?.how ?? "it did not finish";
      const unfinished = unfinishedOf(plan, worker, own, context, how);
      died.push(
        `${nameOf(worker)} ended before its time (${how}): ${unfinished.length} of its requests failed by that`,
      );
      for (const record of unfinished) own.push(record);
    }
    for (const record of own) records.push(record);
  }
  const done = workers.flatMap((worker) => (worker.done === null ? [] : [worker.done]));
  return {
    records,
    result: {
      ...mergeResults(
        done.map(({ result }) => result),
        context,
        records,
      ),
      workers: { count: workers.length, died },
    },
    client: mergeHealth(done.map(({ client }) => client)),
    lostRecords,
  };
}

function nameOf({ part }: WorkerHandle<unknown>): string {
  return `worker ${part.index + 1} of ${part.of}`;
}

function recordsOf({ done }: WorkerHandle<unknown>, path: string): RequestRecord[] {
  const { records } = readRecords(path, done?.lostRecords?.lines);
  if (done?.textTokens != null) {
    for (const [i, tokens] of done.textTokens.entries()) {
      if (!Number.isNaN(tokens)) records[i]!.textTokens = tokens;
    }
  }
  return records;
}

/** What a dead worker owed: in an open loop all that fell due, in a closed one what it had sent by its last word. */
function unfinishedOf(
  plan: ServingPlan,
  { part, progress, death }: WorkerHandle<unknown>,
  finished: readonly RequestRecord[],
  { startAt, stoppedAt }: MergeContext,
  how: string,
): RequestRecord[] {
  const ofRun = finished.filter((r) => r.stage === "run");
  const known = new Set(ofRun.map((r) => r.index));
  const { offsetsMs, sessions } = partOfPlan(plan, part);
  const diedAt = death?.atMs ?? startAt;
  const lastAt = stoppedAt ?? Number.POSITIVE_INFINITY;
  const failure = { class: "client", phase: "queue", message: `its worker process ended: ${how}` } as const;
  if (sessions !== null) {
    const endAt = startAt + (plan.stop.durationMs ?? Number.POSITIVE_INFINITY);
    const begun = offsetsMs?.map((offset) => startAt + offset) ?? null;
    const owed = owedTurns(sessions, ofRun, { begun, diedAt, sent: progress.sent });
    return owed
      .filter(({ intendedAt }) => intendedAt <= lastAt && intendedAt < endAt)
      .map((turn) => {
        const prompt = { ...turn.prompt, model: plan.prompts.at(turn.place.session).model };
        return unsentRecord({ ...turn, prompt, endAt: Math.max(diedAt, turn.intendedAt), failure });
      });
  }
  const unfinished: RequestRecord[] = [];
  const count = offsetsMs?.length ?? progress.sent;
  for (let i = 0; i < count; i++) {
    const index = numberInWhole(part, i);
    const intendedAt = offsetsMs === null ? diedAt : startAt + offsetsMs[i]!;
    if (known.has(index) || intendedAt > lastAt) continue;
    const prompt = plan.prompts.at(index);
    unfinished.push(
      unsentRecord({ index, intendedAt, endAt: Math.max(diedAt, intendedAt), prompt, failure }),
    );
  }
  return unfinished;
}

function mergeResults(
  results: readonly RunResult[],
  { startAt, interrupted }: MergeContext,
  records: readonly RequestRecord[],
): Omit<RunResult, "workers"> {
  const caps = results.map(({ hitCap }) => hitCap);
  return {
    startAt,
    endAt: records.reduce((latest, { endAt }) => Math.max(latest, endAt), startAt),
    hitCap: caps.includes("client") ? "client" : caps.includes("concurrency") ? "concurrency" : null,
    interrupted,
  };
}
