import type { Alarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import type { LineWriter } from "../../results/jsonl-writer.ts";
import { type ClientHealth, watchClient } from "../../telemetry/client-health.ts";
import type { Exchange, TargetOptions } from "./client/http-client.ts";
import { LiveStats } from "./live-stats.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";
import { toLine } from "./record-line.ts";
import { type RunEvent, type RunResult, runServing } from "./run.ts";
import type { TokenCounter } from "./workload/token-counter.ts";

export interface ExecutionDeps {
  clock: Clock;
  /** What send times are kept by. */
  alarm: Alarm;
  counter: TokenCounter;
  interrupt: AbortSignal;
  onEvent(event: RunEvent, live: LiveStats): void;
}

/** What came of a plan: no statistics yet. */
export interface Execution {
  /** In the order in which they ended. */
  records: RequestRecord[];
  result: RunResult;
  client: ClientHealth;
}

/** Executes a plan in this process and closes the writer, which got each record as it came. */
export async function execute(
  plan: ServingPlan,
  target: TargetOptions,
  deps: ExecutionDeps,
  writer: LineWriter,
): Promise<Execution> {
  const { clock, alarm, interrupt } = deps;
  const records: RequestRecord[] = [];
  const texts: (string | null)[] = [];
  const live = new LiveStats();
  const onExchange = ({ record, text }: Exchange) => {
    records.push(record);
    if (target.keepText) texts.push(text);
    live.add(record);
    writer.append(toLine(record));
  };
  let stopWatching: (() => ClientHealth) | undefined;
  let result: RunResult | undefined;
  // The preparation and the warm-up are not the run's.
  const onStart = (chunksRead: () => number) => {
    stopWatching = watchClient({ chunksRead, polledMs: () => alarm.polledMs });
  };
  for await (const event of runServing(plan, { clock, alarm, target, onExchange, interrupt, onStart })) {
    if (event.type === "done") result = event.result;
    deps.onEvent(event, live);
  }
  const client = stopWatching!();
  writer.close();
  if (target.keepText) countTexts(records, texts, deps.counter);
  return { records, result: result!, client };
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
