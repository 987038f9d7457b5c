import type { TargetOptions } from "../../src/benchmarks/serving/client/http-client.ts";
import { fakePlan } from "../../src/benchmarks/serving/plan.fake.ts";
import type { PlanInput } from "../../src/benchmarks/serving/plan.ts";
import { openaiChat } from "../../src/benchmarks/serving/protocols/openai-chat.ts";
import { openaiCompletions } from "../../src/benchmarks/serving/protocols/openai-completions.ts";
import type { RequestRecord } from "../../src/benchmarks/serving/record.ts";
import { type RunResult, runServing } from "../../src/benchmarks/serving/run.ts";
import { PollingAlarm } from "../../src/core/alarm.ts";
import { systemClock } from "../../src/native/system-clock.ts";

export interface Measured {
  records: RequestRecord[];
  result: RunResult;
}

/** Runs a plan against a mock, records in the order of their numbers. */
export async function measure(
  url: string,
  plan: Partial<PlanInput>,
  target: Partial<TargetOptions> & { chat?: boolean } = {},
): Promise<Measured> {
  const { chat = false, ...given } = target;
  const protocol = chat ? openaiChat : openaiCompletions;
  const clock = systemClock();
  const records: RequestRecord[] = [];
  let result: RunResult | undefined;
  const events = runServing(
    fakePlan({
      request: {
        model: "mock-model",
        stream: true,
        includeUsage: true,
        continuousUsage: false,
        ignoreEos: false,
        minTokens: null,
        extra: {},
      },
      ...plan,
    }),
    {
      clock,
      alarm: new PollingAlarm(clock),
      interrupt: new AbortController().signal,
      onStart: () => {},
      onExchange: ({ record }) => records.push(record),
      target: {
        url: url + protocol.defaultPath,
        protocol,
        headers: { "content-type": "application/json" },
        proxy: false,
        tls: { rejectUnauthorized: true },
        keepalive: true,
        keepText: false,
        ...given,
      },
    },
  );
  for await (const event of events) if (event.type === "done") result = event.result;
  return { records: records.sort((a, b) => a.index - b.index), result: result! };
}
