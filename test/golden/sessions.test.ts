import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { PlanInput } from "../../src/benchmarks/serving/plan.ts";
import type { RequestRecord } from "../../src/benchmarks/serving/record.ts";
import { sessionFigures } from "../../src/benchmarks/serving/session-figures.ts";
import { fakeSessions } from "../../src/benchmarks/serving/workload/conversation.fake.ts";
import { firstPrompts, type SessionSource } from "../../src/benchmarks/serving/workload/conversation.ts";
import { parseFault } from "../../src/mock/faults/parse.ts";
import { startMock } from "../../src/mock/server.ts";
import { type Measured, measure } from "../support/measure.ts";

interface Asked {
  prompt?: string;
  messages?: { role: string; content: string }[];
}

/** What the server was asked, in the order of coming; it answers request n with " answer n" in two events. */
const asked: Asked[] = [];
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const body = (await request.json()) as Asked;
    const number = asked.push(body) - 1;
    const isChat = body.messages !== undefined;
    const events = [" answer", ` "${number}"\n`].map((text) => ({
      choices: [isChat ? { delta: { content: text, reasoning_content: "" } } : { text }],
    }));
    const end = { choices: [{ ...(isChat ? { delta: {} } : { text: "" }), finish_reason: "stop" }] };
    const stream = [...events, end].map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    return new Response(`${stream}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } });
  },
});
afterAll(() => server.stop(true));

const origin = server.url.href.slice(0, -1);

function hold(
  url: string,
  sessions: SessionSource,
  plan: Partial<PlanInput> = {},
  chat = true,
): Promise<Measured> {
  const prompts = firstPrompts(sessions);
  const load = { kind: "closed", concurrency: 1 } as const;
  return measure(url, { load, prompts, sessions, ...plan }, { chat });
}

const sessionsOf = (requests: number) => ({ stop: { requests, durationMs: null } });
const byTurns = (records: readonly RequestRecord[]) =>
  records.map(({ session, turn, turns, failure }) => [session, turn, turns, failure?.class ?? null]);

describe("what is sent", () => {
  test("to a chat server: every message until then, with the server's own answers", async () => {
    asked.length = 0;
    const { records } = await hold(origin, fakeSessions([3]), sessionsOf(1));
    expect(records.map(({ failure }) => failure)).toEqual([null, null, null]);
    expect(asked.map(({ messages }) => messages!.length)).toEqual([1, 3, 5]);
    expect(asked[2]!.messages).toEqual([
      { role: "user", content: "conversation 0 turn 0" },
      { role: "assistant", content: ' answer "0"\n' },
      { role: "user", content: "conversation 0 turn 1" },
      { role: "assistant", content: ' answer "1"\n' },
      { role: "user", content: "conversation 0 turn 2" },
    ]);
  });

  test("to a completions server: the same as one text", async () => {
    asked.length = 0;
    await hold(origin, fakeSessions([3]), sessionsOf(1), false);
    expect(asked.map(({ prompt }) => prompt)).toEqual([
      "conversation 0 turn 0",
      'conversation 0 turn 0 answer "0"\n\n\nconversation 0 turn 1',
      'conversation 0 turn 0 answer "0"\n\n\nconversation 0 turn 1 answer "1"\n\n\nconversation 0 turn 2',
    ]);
  });

  test("a warm-up sends single prompts of its own, outside of all sessions", async () => {
    asked.length = 0;
    const warmupPrompts = { describe: {}, at: () => ({ text: "warm", promptTokens: 1, maxTokens: 1 }) };
    const { records } = await hold(origin, fakeSessions([2]), {
      ...sessionsOf(1),
      warmupPrompts,
      warmupRequests: 2,
    });
    expect(asked.map(({ messages }) => messages![0]!.content)).toEqual([
      "warm",
      "warm",
      "conversation 0 turn 0",
      "conversation 0 turn 0",
    ]);
    expect(records.filter((r) => r.stage === "warmup").map(({ session }) => session)).toEqual([null, null]);
  });
});

describe("against a server", () => {
  test("a turn falls due its think time after the end of the answer before", async () => {
    const sessions = fakeSessions([3, 2], { kind: "uniform", minMs: 5, maxMs: 40 });
    const { records } = await hold(origin, sessions, {
      load: { kind: "open", arrival: { kind: "constant", ratePerS: 100 }, concurrency: null },
      ...sessionsOf(4),
    });
    expect(records.length).toBe(10);
    for (const { index, session, turn, intendedAt, sentAt } of records.filter((r) => r.turn! > 0)) {
      const before = records.find((r) => r.session === session && r.turn === turn! - 1)!;
      expect(intendedAt).toBe(before.endAt + sessions.thinkMs(index));
      expect(sentAt!).toBeGreaterThanOrEqual(intendedAt);
    }
    expect(records.map(({ index }) => index)).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });

  test("a run that lasts a given time ends, with sessions cut off", async () => {
    const sessions = fakeSessions([1000], { kind: "constant", ms: 20 });
    const { records, result } = await hold(origin, sessions, {
      load: { kind: "closed", concurrency: 2 },
      stop: { requests: null, durationMs: 300 },
    });
    expect(new Set(records.map(({ session }) => session))).toEqual(new Set([0, 1]));
    expect(Math.max(...records.map(({ intendedAt }) => intendedAt))).toBeLessThan(result.startAt + 300);
    expect(sessionFigures(records)).toMatchObject({ started: 2, completed: 0, brokenOff: 0, cutOff: 2 });
  });
});

describe("against the mock", () => {
  let mock: Awaited<ReturnType<typeof startMock>>;
  beforeAll(async () => {
    mock = await startMock({
      engine: {
        kind: "batching",
        maxNumSeqs: 8,
        maxBatchedTokens: 8192,
        prefillTokensPerS: 1e6,
        stepBaseMs: 0.5,
        stepPerSeqMs: 0,
      },
      hasPrefixCache: true,
      faults: [parseFault("http-503@3"), parseFault("empty@8")],
    });
  });
  afterAll(() => mock.stop());

  test("a failure breaks its session off, and an empty answer; the others go on", async () => {
    const { records } = await hold(mock.url, fakeSessions([3]), sessionsOf(4));
    expect(byTurns(records)).toEqual([
      [0, 0, 3, null],
      [0, 1, 3, null],
      [0, 2, 3, "http-5xx"],
      [1, 0, 3, null],
      [1, 1, 3, null],
      [1, 2, 3, null],
      [2, 0, 3, null],
      [2, 1, 3, "empty"],
      [3, 0, 3, null],
      [3, 1, 3, null],
      [3, 2, 3, null],
    ]);
    expect(sessionFigures(records)).toMatchObject({
      started: 4,
      completed: 2,
      brokenOff: 2,
      turns: { planned: 12, due: 11, unsentAfterFailure: 1 },
    });
    // Words of the user, and of the answers that the mock says it gave.
    const [first, second] = records;
    expect(second!.usage!.promptTokens).toBe(4 + first!.usage!.completionTokens! + 4);
  });
});
