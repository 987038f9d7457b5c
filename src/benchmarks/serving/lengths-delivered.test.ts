import { expect, test } from "bun:test";
import { answersDelivered, finishReasons, promptsDelivered } from "./lengths-delivered.ts";
import { record } from "./record.fake.ts";

const answer = (tokens: number, maxTokens: number, finishReason: string | null = "stop") =>
  record({ tokens, maxTokens, finishReason });

test("answers against what was asked", () => {
  const due = [answer(16, 16, "length"), answer(10, 16), answer(4, 16), answer(17, 16), answer(16, 16)];
  expect(answersDelivered(due)).toEqual({
    n: 5,
    short: 2,
    over: 1,
    shortShare: 0.4,
    difference: { min: -12, p5: -10.8, p50: 0, p95: expect.closeTo(0.8), max: 1 },
  });
});

test("an answer that the tokenizer splits into fewer tokens, but that ended for its length, is not short", () => {
  const counted = (textTokens: number, finishReason: string) =>
    record({ tokens: null, textTokens, maxTokens: 16, finishReason });
  expect(answersDelivered([counted(15, "length"), counted(15, "stop")])).toMatchObject({ n: 2, short: 1 });
  // By the server's own count it is: its context was full.
  expect(answersDelivered([answer(15, 16, "length")])).toMatchObject({ short: 1 });
});

test("events are not tokens, and what no one counted is not compared", () => {
  expect(answersDelivered([record({ tokens: null })])).toBeNull();
  expect(promptsDelivered([record({ tokens: null })])).toBeNull();
});

test("prompts: the server's count against the plan's", () => {
  expect(promptsDelivered([record({ promptTokens: 8 }), record({ promptTokens: 12 })])).toMatchObject({
    n: 2,
    short: 1,
    over: 1,
    difference: { min: -2, p50: 0, max: 2 },
  });
});

test("finish reasons by name", () => {
  const reasons = ["stop", "length", null, "stop", "\u001b[2J", "constructor"];
  expect(finishReasons(reasons.map((reason) => answer(1, 2, reason)))).toEqual({
    stop: 2,
    length: 1,
    none: 1,
    other: 1,
    constructor: 1,
  } as never);
});
