import type { Alarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import type { ToolError } from "../../core/errors.ts";
import { nextTurn } from "../../core/wait.ts";
import type { LineWriter } from "../../results/jsonl-writer.ts";
import { type ClientHealth, watchClient } from "../../telemetry/client-health.ts";
import type { Exchange, TargetOptions } from "./client/http-client.ts";
import { LiveStats } from "./live-stats.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { toLine } from "./record-line.ts";
import { type RunEvent, type RunResult, runServing } from "./run.ts";
import type { UntilOutcome } from "./until.ts";
import type { UntilWatch } from "./until-watch.ts";
import type { TokenCounter } from "./workload/token-counter.ts";

/** After so many answers tokenized the event loop gets a turn, so that Ctrl-C is heard. */
const COUNTS_A_TURN = 16;

export interface ExecutionDeps {
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  counter: TokenCounter;
  interrupt: AbortSignal;
  /** See RunDeps. */
  halt: AbortSignal;
  /** See RunDeps. */
  begin?(): Promise<number>;
  /** A request's number in the records, where the plan is a part of another; default its number in the plan. */
  numberOf?(index: number): number;
  /** Is told of each record, and says when they are enough; null: the plan alone says when sending stops. */
  until: Pick<UntilWatch, "add" | "enough" | "finish"> | null;
  /** What is done beside the run, by the process that begins it; null: nothing. */
  beside?: Beside | null;
  onEvent(event: RunEvent, live: LiveStats): void;
}

/** Is told just before the first request of the run itself, which waits for it, and just after the last answer. */
export interface Beside {
  begin(): Promise<void>;
  loadEnded(): void;
}

/** What came of a plan: no statistics yet. */
export interface Execution {
  /** In the order in which they ended. */
  records: RequestRecord[];
  result: RunResult;
  client: ClientHealth;
  /** Why records could not be written while the run went on; null: all were. */
  lostRecords: ToolError | null;
  /** How the conditions of `--until` stood when the run stopped; empty where there are none. */
  until: readonly UntilOutcome[];
}

/** Executes a plan in this process and closes the writer, which got each record as it came. */
export async function execute(
  plan: ServingPlan,
  target: TargetOptions,
  deps: ExecutionDeps,
  writer: LineWriter,
): Promise<Execution> {
  const { clock, alarm, interrupt, halt, until, begin, numberOf, beside = null } = deps;
  const records: RequestRecord[] = [];
  const texts: (string | null)[] = [];
  const live = new LiveStats();
  const onExchange = ({ record, text }: Exchange) => {
    // Sessions know the numbers of their requests.
    if (numberOf !== undefined && record.session === null) record.index = numberOf(record.index);
    records.push(record);
    if (target.keepText) texts.push(text);
    live.add(record);
    until?.add(record);
    writer.append(toLine(record));
  };
  let stopWatching: (() => ClientHealth) | undefined;
  let result: RunResult | undefined;
  // The preparation and the warm-up are not the run's.
  const onStart = (chunksRead: () => number) => {
    stopWatching = watchClient({ chunksRead, polledMs: () => alarm.polledMs });
  };
  const runDeps = {
    clock,
    alarm,
    target,
    onExchange,
    interrupt,
    halt,
    enough: until?.enough,
    onStart,
    ...(begin === undefined ? {} : { begin }),
    ...(beside === null ? {} : { beforeStart: () => beside.begin() }),
  };
  for await (const event of runServing(plan, runDeps)) {
    if (event.type === "done") result = event.result;
    deps.onEvent(event, live);
  }
  beside?.loadEnded();
  const client = stopWatching!();
  writer.close();
  if (target.keepText) await countTexts(records, texts, deps);
  return {
    records,
    result: result!,
    client,
    lostRecords: writer.error,
    until: (await until?.finish()) ?? [],
  };
}

/** Tokenizes the answers, now that nothing is in flight; an interrupt meanwhile leaves the rest uncounted. */
async function countTexts(
  records: RequestRecord[],
  texts: readonly (string | null)[],
  { counter, interrupt }: Pick<ExecutionDeps, "counter" | "interrupt">,
): Promise<void> {
  const wasInterrupted = interrupt.aborted;
  for (const [i, record] of records.entries()) {
    const text = texts[i];
    if (text !== null && text !== undefined && text !== "") record.textTokens = counter.count(text);
    if (i % COUNTS_A_TURN === 0) await nextTurn();
    if (interrupt.aborted && !wasInterrupted) return;
  }
}
