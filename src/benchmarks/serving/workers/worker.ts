import { PollingAlarm } from "../../../core/alarm.ts";
import type { Clock } from "../../../core/clock.ts";
import { messageOf, ToolError } from "../../../core/errors.ts";
import { openLineWriter } from "../../../results/jsonl-writer.ts";
import type { TargetOptions } from "../client/http-client.ts";
import { execute } from "../execution.ts";
import type { ServingPlan } from "../plan.ts";
import { toLine } from "../record-line.ts";
import type { TokenCounter } from "../workload/token-counter.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { numberInWhole, partOfPlan } from "./part.ts";

/** A worker's line to its parent. */
export interface ParentLine<Job> {
  send(message: FromWorker): void;
  onMessage(handle: (message: ToWorker<Job>) => void): void;
  /** The parent is gone, or about to go. */
  onClosed(handle: () => void): void;
}

/** What a job comes to. */
export interface WorkerRun {
  /** The whole plan, of which the worker does its part. */
  plan: ServingPlan;
  target: TargetOptions;
  counter: TokenCounter;
}

/**
 * A worker process: takes one job, executes its part of the plan with the rest of the crew, and reports. Its records are in its own
 * file by then. Resolves when it has reported; when the parent goes, what it has is written, requests in flight as cut off, and the process ends.
 */
export async function serveAsWorker<Job>(
  line: ParentLine<Job>,
  clock: Clock,
  prepare: (job: Job) => Promise<WorkerRun>,
): Promise<void> {
  const interrupt = new AbortController();
  const enough = new AbortController();
  const halt = new AbortController();
  const given = Promise.withResolvers<Extract<ToWorker<Job>, { type: "job" }>>();
  const started = Promise.withResolvers<number>();
  let save = () => {};
  line.onMessage((message) => {
    if (message.type === "job") given.resolve(message);
    else if (message.type === "start") started.resolve(message.startAt);
    else if (message.type === "enough") enough.abort();
    else {
      interrupt.abort();
      started.resolve(clock.now());
    }
  });
  line.onClosed(() => {
    save();
    process.exit(0);
  });
  try {
    const { job, part, recordsPath } = await given.promise;
    const { plan, target, counter } = await prepare(job);
    const writer = openLineWriter(recordsPath);
    save = () => {
      halt.abort();
      writer.flushSync();
    };
    const alarm = new PollingAlarm(clock);
    const { records, result, client, lostRecords } = await execute(
      partOfPlan(plan, part),
      target,
      {
        clock,
        alarm,
        counter,
        interrupt: interrupt.signal,
        halt: halt.signal,
        // The parent reads all workers' records, and says when they are enough.
        until: { add() {}, enough: enough.signal, finish: async () => [] },
        numberOf: (i) => numberInWhole(part, i),
        begin() {
          line.send({ type: "ready" });
          return started.promise;
        },
        onEvent(event, live) {
          if (event.type === "stage") line.send(event);
          else if (event.type === "progress") {
            const { sent, due, inFlight } = event;
            line.send({ type: "progress", progress: { sent, due, inFlight, live: live.take() } });
          }
        },
      },
      writer,
    );
    alarm.close();
    const textTokens = target.keepText ? Float64Array.from(records, (r) => r.textTokens ?? Number.NaN) : null;
    const lost = lostRecords === null ? null : { message: lostRecords.message, lines: records.map(toLine) };
    line.send({ type: "done", done: { result, client, textTokens, lostRecords: lost } });
  } catch (error) {
    const hint = error instanceof ToolError ? error.hint : undefined;
    line.send({ type: "error", message: messageOf(error), hint });
  }
}
