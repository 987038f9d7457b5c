import { expect, test } from "bun:test";
import { record } from "../benchmarks/serving/record.fake.ts";
import { tokenSummary } from "../benchmarks/serving/token-summary.ts";
import { tokenLines } from "./serving-tokens-text.ts";

const linesOf = (...records: ReturnType<typeof record>[]) => tokenLines(tokenSummary(records, true));

test("every count, and lengths that were as asked", () => {
  expect(linesOf(record({ textTokens: 2 }), record({ textTokens: 2, finishReason: "length" }))).toEqual([
    "Output tokens 4 of 4 asked, counted by usage 2",
    "  counts    usage 4 · tokenizer 4 · 4 events in 4 chunks",
    "  answers   all as long as asked",
    "  ended by  stop 1, length 1",
    "  prompts   all as long as planned (tokenizer)",
  ]);
});

test("lengths that were not, and channels besides the answer", () => {
  const given = { maxTokens: 1002, promptTokens: 8, channels: { answer: 1, reasoning: 1, tool: 0 } };
  expect(linesOf(record(given), record(given)).slice(2)).toEqual([
    "  channels  answer 2 · reasoning 2 events",
    "  answers   2 of 2 shorter than asked; difference p5 -1,000, p50 -1,000, p95 -1,000",
    "  ended by  stop 2",
    "  prompts   0 of 2 shorter than planned (tokenizer); difference p5 +2, p50 +2, p95 +2",
  ]);
});

test("answers that no one counted", () => {
  expect(linesOf(record({ tokens: null, streamed: false }))).toEqual([
    "Output tokens 0 of 2 asked, counted by none 1",
    "  counts    none",
    "  ended by  stop 1",
  ]);
  expect(linesOf()).toEqual([]);
});
