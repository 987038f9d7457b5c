import { describe, expect, test } from "bun:test";
import { detectFormat, traceRows } from "./trace-format.ts";
import { TRACE_FORMATS } from "./trace-row.ts";

describe("the format is known by the first line", () => {
  test.each([
    ['{"timestamp": 0, "input_length": 5, "output_length": 1, "hash_ids": []}', "mooncake"],
    ['\n\n  {"at_ms": 0, "prompt_tokens": 5, "max_tokens": 1}', "inferbench"],
    ['{"prompt": "a", "max_tokens": 1, "at_ms": 0}', "inferbench"],
    ["TIMESTAMP,ContextTokens,GeneratedTokens\n", "azure"],
    ["TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\r\n2024", "azure"],
    ["Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n", "burstgpt"],
    [
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\r\n",
      "burstgpt",
    ],
    ['"Timestamp","Model","Request tokens","Response tokens"', "burstgpt"],
  ])("%j", (text, format) => {
    expect(detectFormat(text, "t")).toBe(format as never);
  });

  test.each(['{"prompt": "a"}', "5,ChatGPT,472,18", "[1]", "contexttokens"])("%j is none", (text) => {
    expect(() => detectFormat(text, "the.file")).toThrow(
      /^the trace the\.file is in no format that is known/,
    );
  });
});

test("each format has a reader", () => {
  for (const format of TRACE_FORMATS) expect([...traceRows(format, "", "t")]).toEqual([]);
});
