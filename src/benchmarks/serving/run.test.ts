import { afterAll, afterEach, expect, test } from "bun:test";
import { PollingAlarm } from "../../core/alarm.ts";
import { systemClock } from "../../native/system-clock.ts";
import { fakePlan } from "./plan.fake.ts";
import type { Load } from "./plan.ts";
import { openaiCompletions } from "./protocols/openai-completions.ts";
import { clientCap, type RunResult, runServing } from "./run.ts";

const CAP_VARIABLE = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const capBefore = process.env[CAP_VARIABLE];
afterEach(() => {
  if (capBefore === undefined) delete process.env[CAP_VARIABLE];
  else process.env[CAP_VARIABLE] = capBefore;
});

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: () => Response.json({ choices: [{ text: "a", finish_reason: "stop" }] }),
});
afterAll(() => server.stop(true));

async function resultOf(load: Load): Promise<RunResult> {
  const clock = systemClock();
  const events = runServing(fakePlan({ load }), {
    clock,
    alarm: new PollingAlarm(clock),
    interrupt: new AbortController().signal,
    onStart() {},
    onExchange() {},
    target: {
      url: server.url.href,
      protocol: openaiCompletions,
      headers: {},
      proxy: false,
      tls: { rejectUnauthorized: true },
      keepalive: true,
      keepText: false,
    },
  });
  let result: RunResult | undefined;
  for await (const event of events) if (event.type === "done") result = event.result;
  return result!;
}

test.each([
  [65_535, 1_048_576, 65_519],
  [65_535, 1024, 960],
  [256, 1024, 240],
  [256, 20, 1],
])("a cap of %d fetches and %d open files hold %d requests", (fetches, files, requests) => {
  expect(clientCap(fetches, files)).toBe(requests);
});

test("a closed loop with more users than the client can hold says so", async () => {
  expect((await resultOf({ kind: "closed", concurrency: 8 })).hitCap).toBeNull();
  // 16 of the 20 are spared.
  process.env[CAP_VARIABLE] = "20";
  expect((await resultOf({ kind: "closed", concurrency: 4 })).hitCap).toBeNull();
  expect((await resultOf({ kind: "closed", concurrency: 5 })).hitCap).toBe("client");
});
