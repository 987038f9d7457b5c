import { expect, test } from "bun:test";
import { addChunkGaps, outputTokens, ttftMs } from "../../src/benchmarks/serving/metrics.ts";
import type { PlanInput } from "../../src/benchmarks/serving/plan.ts";
import type { FailureClass, Phase, RequestRecord } from "../../src/benchmarks/serving/record.ts";
import { parseFault } from "../../src/mock/faults/parse.ts";
import { startMock } from "../../src/mock/server.ts";
import { measure } from "../support/measure.ts";

const TOKENS = 8;
const REQUESTS = 6;
const prompts = { describe: {}, at: () => ({ text: "one two", promptTokens: 2, maxTokens: TOKENS }) };

/** Six requests, one at a time, to a mock with this fault at request 2 (and nothing else). */
async function withFault(
  fault: string,
  options: { chat?: boolean; plan?: Partial<PlanInput> } = {},
): Promise<RequestRecord[]> {
  const engine = { kind: "fixed", ttftMs: 30, itlMs: 4 } as const;
  const mock = await startMock({ engine, faults: [parseFault(`${fault}@2`)] });
  try {
    const { records } = await measure(
      mock.url,
      {
        load: { kind: "closed", concurrency: 1 },
        stop: { durationMs: null, requests: REQUESTS },
        prompts,
        ...options.plan,
      },
      { chat: options.chat ?? false },
    );
    return records;
  } finally {
    await mock.stop();
  }
}

/** The request with the fault, after a check that the others are whole. */
function faulty(records: readonly RequestRecord[]): RequestRecord {
  expect(records.length).toBe(REQUESTS);
  for (const r of records) {
    if (r.index === 1) continue;
    expect([r.failure, r.usage?.completionTokens, r.channels.answer]).toEqual([null, TOKENS, TOKENS]);
  }
  return records[1]!;
}

const limits = (given: Partial<PlanInput["limits"]>) => ({
  limits: { firstTokenMs: 10_000, betweenChunksMs: 10_000, totalMs: 10_000, ...given },
});

const failures: [string, FailureClass, Phase, Partial<PlanInput>?][] = [
  ["http-400", "http-4xx", "connect"],
  ["http-429:7", "http-429", "connect"],
  ["http-503", "http-5xx", "connect"],
  ["http-500", "http-5xx", "connect"],
  ["error-event:3", "stream-error", "body"],
  ["reset:0", "reset", "connect"],
  ["reset:7", "reset", "body"],
  ["truncate:7", "reset", "body"],
  ["empty", "empty", "body"],
  ["hang", "timeout-first-token", "connect", limits({ firstTokenMs: 1000 })],
  ["garbage", "parse", "connect"],
  ["slow-headers:5s", "timeout-first-token", "connect", limits({ firstTokenMs: 1000 })],
  ["stall:5s:3", "timeout-between-chunks", "body", limits({ betweenChunksMs: 1000 })],
  ["stall:5s:3", "timeout-total", "body", limits({ totalMs: 1500 })],
];

test.each(failures)("%s ends as %s in phase %s", async (fault, failureClass, phase, plan = {}) => {
  const r = faulty(await withFault(fault, { plan }));
  expect(r.failure).toMatchObject({ class: failureClass, phase });
});

test("an error event keeps the tokens before it and the server's words", async () => {
  const r = faulty(await withFault("error-event:3"));
  expect(r.channels.answer).toBe(3);
  expect(r.failure?.message).not.toBe("");
});

test("a role chunk long before the first token is not the first token", async () => {
  const r = faulty(await withFault("role-early", { chat: true }));
  expect(r.failure).toBeNull();
  expect(r.firstTokenAt! - r.firstByteAt!).toBeGreaterThan(20);
  expect(ttftMs(r)).toBeGreaterThanOrEqual(29);
});

test("k tokens in a chunk: fewer chunks, and the server's count of tokens", async () => {
  const r = faulty(await withFault("chunk-tokens:4"));
  expect([r.failure, r.channels.answer, outputTokens(r).count]).toEqual([null, 2, TOKENS]);
});

test("two events in one write are two events, and make no gap of 0", async () => {
  const r = faulty(await withFault("two-events"));
  expect([r.failure, r.channels.answer, outputTokens(r).count]).toEqual([null, TOKENS, TOKENS]);
  expect(r.chunkUs.length).toBeLessThan(TOKENS);
  const gaps: number[] = [];
  addChunkGaps(r, gaps);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
});

test.each(["split-utf8", "crlf", "comments", "no-done", "no-finish", "usage-only", "empty-choices"])(
  "%s changes nothing that is counted",
  async (fault) => {
    for (const chat of [false, true]) {
      const r = faulty(await withFault(fault, { chat }));
      expect([r.failure, r.channels.answer, r.usage?.completionTokens]).toEqual([null, TOKENS, TOKENS]);
    }
  },
);

test("reasoning before the answer: two instants, two channels", async () => {
  const r = faulty(await withFault("reasoning:3", { chat: true }));
  expect([r.failure, r.channels.reasoning, r.channels.answer]).toEqual([null, 3, TOKENS - 3]);
  expect(r.firstAnswerAt!).toBeGreaterThan(r.firstTokenAt!);
});

test("tool-call deltas are tokens, and no answer", async () => {
  const r = faulty(await withFault("tool-call", { chat: true }));
  // The function's name comes first, in an event of its own.
  expect([r.failure, r.channels.tool, r.channels.answer, r.firstAnswerAt]).toEqual([
    null,
    TOKENS + 1,
    0,
    null,
  ]);
});

test("slow headers and a stall within the limits are time, not failures", async () => {
  const slow = faulty(await withFault("slow-headers:120"));
  expect([slow.failure, slow.headersAt! - slow.sentAt! > 110]).toEqual([null, true]);
  const stalled = faulty(await withFault("stall:150:3"));
  const gaps: number[] = [];
  addChunkGaps(stalled, gaps);
  expect([stalled.failure, Math.max(...gaps) > 140]).toEqual([null, true]);
});

test("a refusal with Retry-After is not retried", async () => {
  const r = faulty(await withFault("http-429:1"));
  expect([r.httpStatus, r.bytesReceived]).toEqual([429, 0]);
});
