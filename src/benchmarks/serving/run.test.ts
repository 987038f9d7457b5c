import { afterAll, afterEach, expect, test } from "bun:test";
import { PollingAlarm } from "../../core/alarm.ts";
import { systemClock } from "../../native/system-clock.ts";
import { fakePlan } from "./plan.fake.ts";
import type { Load } from "./plan.ts";
import { openaiCompletions } from "./protocols/openai-completions.ts";
import type { RequestRecord } from "./record.ts";
import { clientCap, type RunDeps, type RunEvent, type RunResult, runServing } from "./run.ts";

const CAP_VARIABLE = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const capBefore = process.env[CAP_VARIABLE];
afterEach(() => {
  if (capBefore === undefined) delete process.env[CAP_VARIABLE];
  else process.env[CAP_VARIABLE] = capBefore;
});

const TOKEN = 'data: {"choices":[{"text":"a"}]}\n\n';
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request) {
    if (new URL(request.url).pathname !== "/hangs")
      return Response.json({ choices: [{ text: "a", finish_reason: "stop" }] });
    const body = new ReadableStream({ start: (stream) => stream.enqueue(TOKEN) });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
});
afterAll(() => server.stop(true));

function run(load: Load, path: string, given: Partial<RunDeps> = {}): AsyncGenerator<RunEvent> {
  const clock = systemClock();
  return runServing(fakePlan({ load }), {
    clock,
    alarm: new PollingAlarm(clock),
    interrupt: new AbortController().signal,
    onStart() {},
    onExchange() {},
    target: {
      url: new URL(path, server.url).href,
      protocol: openaiCompletions,
      headers: {},
      proxy: false,
      tls: { rejectUnauthorized: true },
      keepalive: true,
      keepText: false,
    },
    ...given,
  });
}

async function resultOf(load: Load): Promise<RunResult> {
  const events = run(load, "/");
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

test("a halt hands over what is in flight, and what waits for a slot, before it returns", async () => {
  const halt = new AbortController();
  const interrupt = new AbortController();
  const records: RequestRecord[] = [];
  const load: Load = { kind: "open", arrival: { kind: "poisson", ratePerS: 1000 }, concurrency: 1 };
  let chunksRead = () => 0;
  const events = run(load, "/hangs", {
    halt: halt.signal,
    interrupt: interrupt.signal,
    onStart(read) {
      chunksRead = read;
    },
    onExchange: ({ record }) => records.push(record),
  });
  for await (const event of events) {
    if (event.type !== "progress" || event.due < 10 || chunksRead() === 0 || halt.signal.aborted) continue;
    halt.abort();
    const ofAll = records.map(({ index, failure }) => [index, failure?.class, failure?.phase]);
    expect(ofAll).toEqual(Array.from({ length: 10 }, (_, i) => [i, "aborted", i === 0 ? "body" : "queue"]));
    expect([records[0]!.chunkUs.length, records[0]!.endAt > records[0]!.firstTokenAt!]).toEqual([1, true]);
    // The process would end here.
    interrupt.abort();
  }
  expect(halt.signal.aborted).toBe(true);
});
