import { expect, test } from "bun:test";
import * as m from "./metrics.ts";
import { record } from "./record.fake.ts";

test("TTFT, TPOT and E2EL by their formulas, from sent and from intended time", () => {
  const r = record({
    intendedAt: 1000,
    sentAt: 1010,
    firstTokenAt: 1060,
    lastTokenAt: 1160,
    endAt: 1165,
    tokens: 11,
  });
  expect(m.ttftMs(r)).toBe(50);
  expect(m.ttftFromIntendedMs(r)).toBe(60);
  expect(m.tpotMs(r)).toBe(10);
  expect(m.e2elMs(r)).toBe(155);
  expect(m.e2elFromIntendedMs(r)).toBe(165);
  expect(m.ntpotMs(r)).toBeCloseTo(155 / 11, 12);
  expect(m.latenessMs(r)).toBe(10);
});

test("what never came is null, not 0", () => {
  const failure = { class: "connect", phase: "connect", message: "" } as const;
  const r = record({
    firstTokenAt: null,
    lastTokenAt: null,
    firstAnswerAt: null,
    tokens: null,
    failure,
    chunkUs: [],
  });
  for (const metric of [m.ttftMs, m.ttfaMs, m.tpotMs, m.e2elMs, m.ntpotMs, m.longestStallMs])
    expect(metric(r)).toBeNull();
  expect(m.ttftMs(record({ sentAt: null, firstTokenAt: null }))).toBeNull();
});

test("one token has no TPOT", () => {
  expect(m.tpotMs(record({ tokens: 1 }))).toBeNull();
  expect(m.tpotMs(record({ tokens: 2, firstTokenAt: 20, lastTokenAt: 27 }))).toBe(7);
});

test("without a stream TTFT is the time to the end, TPOT is not known", () => {
  const r = record({
    streamed: false,
    sentAt: 10,
    firstTokenAt: null,
    firstByteAt: 90,
    endAt: 100,
    chunkUs: [],
  });
  expect([m.ttftMs(r), m.tpotMs(r), m.ttfaMs(r)]).toEqual([90, null, null]);
});

test("output tokens: usage, else tokenizer, else events", () => {
  expect(m.outputTokens(record({ tokens: 7 }))).toEqual({ count: 7, source: "usage" });
  expect(m.outputTokens(record({ tokens: null, textTokens: 6 }))).toEqual({ count: 6, source: "tokenizer" });
  expect(m.outputTokens(record({ tokens: null, chunkUs: [1, 2, 3] }))).toEqual({
    count: 3,
    source: "events",
  });
  expect(m.outputTokens(record({ tokens: null, streamed: false, chunkUs: [] })).source).toBe("none");
});

test("ITL is token-exact: a gap of k tokens counts as k gaps of gap/k", () => {
  const gaps: number[] = [];
  m.addTokenGaps(record({ tokens: 6, chunkUs: [1000, 11_000, 41_000], chunkTokens: [1, 2, 3] }), gaps);
  expect(gaps).toEqual([5, 5, 10, 10, 10]);
});

test("ITL is not known where chunks hold an unknown number of tokens", () => {
  const gaps: number[] = [];
  m.addTokenGaps(record({ tokens: 9, chunkUs: [1000, 11_000, 41_000] }), gaps);
  expect(gaps).toEqual([]);
  m.addTokenGaps(record({ tokens: 3, chunkUs: [1000, 11_000, 41_000] }), gaps);
  expect(gaps).toEqual([10, 30]);
});

test("a chunk counted as no token leaves its time to the next", () => {
  const gaps: number[] = [];
  m.addTokenGaps(record({ tokens: 3, chunkUs: [0, 10_000, 30_000], chunkTokens: [1, 0, 2] }), gaps);
  expect(gaps).toEqual([15, 15]);
});

test("chunk gaps and the longest stall", () => {
  const r = record({ chunkUs: [0, 10_000, 12_000, 52_000] });
  const gaps: number[] = [];
  m.addChunkGaps(r, gaps);
  expect(gaps).toEqual([10, 2, 40]);
  expect(m.longestStallMs(r)).toBe(40);
});

test("tokens received in a window follow the chunks", () => {
  const r = record({ sentAt: 100, tokens: 4, chunkUs: [10_000, 20_000, 30_000, 40_000] });
  expect(m.tokensReceived(r, 0, 1000)).toBe(4);
  expect(m.tokensReceived(r, 115, 135)).toBe(2);
  const uneven = record({ sentAt: 100, tokens: 8, chunkUs: [10_000, 20_000, 30_000, 40_000] });
  expect(m.tokensReceived(uneven, 115, 135)).toBe(4);
});

test("an end token that is counted, but has no event, takes no part in TPOT and ITL", () => {
  const chunkUs = [50_000, 60_000, 70_000];
  const stopped = record({ tokens: 4, finishReason: "stop", chunkUs, firstTokenAt: 50, lastTokenAt: 70 });
  expect([m.timedTokens(stopped), m.tpotMs(stopped), m.outputTokens(stopped).count]).toEqual([3, 10, 4]);
  const gaps: number[] = [];
  m.addTokenGaps(stopped, gaps);
  expect(gaps).toEqual([10, 10]);
  // Cut by length there is no end token, and two missing events are no end token either.
  expect(m.timedTokens({ ...stopped, finishReason: "length" })).toBe(4);
  expect(m.timedTokens(record({ tokens: 5, finishReason: "stop", chunkUs }))).toBe(5);
});
