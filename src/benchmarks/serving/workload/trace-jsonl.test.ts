import { describe, expect, test } from "bun:test";
import { mooncakeRows, ownRows } from "./trace-jsonl.ts";

const mooncake = (...lines: object[]) => [
  ...mooncakeRows(lines.map((line) => JSON.stringify(line)).join("\n"), "the.file"),
];
const own = (text: string) => [...ownRows(text, "the.file")];

describe("Mooncake", () => {
  test("one request a line; ids may be absent, or the last one of them", () => {
    expect(
      mooncake(
        { timestamp: 27.5, input_length: 600, output_length: 52, hash_ids: [46, 47] },
        { timestamp: 30, input_length: 600, output_length: 1, hash_ids: [46] },
        { timestamp: 30, input_length: 600, output_length: 0 },
      ),
    ).toEqual([
      { atMs: 27.5, promptTokens: 600, maxTokens: 52, hashIds: [46, 47] },
      { atMs: 30, promptTokens: 600, maxTokens: 1, hashIds: [46] },
      { atMs: 30, promptTokens: 600, maxTokens: 0, hashIds: [] },
    ]);
  });

  test("more ids than blocks mean blocks of another size, and are refused", () => {
    expect(() => mooncake({ timestamp: 0, input_length: 512, output_length: 1, hash_ids: [1, 2] })).toThrow(
      "the.file, line 1: 2 hash_ids for 512 tokens, which are 1 blocks of 512",
    );
  });

  test.each([
    { input_length: 1, output_length: 1 },
    { timestamp: -1, input_length: 1, output_length: 1 },
    { timestamp: "0", input_length: 1, output_length: 1 },
    { timestamp: 0, input_length: 1.5, output_length: 1 },
    { timestamp: 0, input_length: -1, output_length: 1 },
    { timestamp: 0, input_length: 1e9, output_length: 1 },
    { timestamp: 0, input_length: 1, output_length: null },
    { timestamp: 0, input_length: 1, output_length: 1, hash_ids: ["a"] },
    { timestamp: 0, input_length: 1, output_length: 1, hash_ids: 5 },
    [0, 1, 1],
  ])("%j is refused by its line", (line) => {
    const fine = { timestamp: 0, input_length: 1, output_length: 1 };
    expect(() => mooncake(fine, line)).toThrow(
      'the.file, line 2: expected {"timestamp": ms, "input_length": N, "output_length": N, "hash_ids": [N, …]}',
    );
  });
});

describe("our own", () => {
  test("lengths or texts, other keys, blank lines, and lines of Windows", () => {
    const text =
      '{"at_ms":0,"prompt_tokens":5,"max_tokens":7,"note":"x"}\r\n\r\n  \n{"at_ms":1.5,"prompt":"Why?","max_tokens":9}';
    expect(own(text)).toEqual([
      { atMs: 0, promptTokens: 5, maxTokens: 7 },
      { atMs: 1.5, promptTokens: 0, maxTokens: 9, prompt: "Why?" },
    ]);
  });

  test.each([
    '{"at_ms":0,"max_tokens":7}',
    '{"prompt_tokens":5,"max_tokens":7}',
    '{"at_ms":0,"prompt_tokens":5}',
    '{"at_ms":0,"prompt_tokens":0,"max_tokens":7}',
    '{"at_ms":0,"prompt_tokens":5,"max_tokens":0}',
    '{"at_ms":0,"prompt":"","max_tokens":7}',
    '{"at_ms":0,"prompt":5,"prompt_tokens":5,"max_tokens":7}',
    '{"at_ms":null,"prompt_tokens":5,"max_tokens":7}',
    "5",
  ])("%s is refused by its line", (line) => {
    expect(() => own(`{"at_ms":0,"prompt_tokens":5,"max_tokens":7}\n\n${line}\n`)).toThrow(
      'the.file, line 3: expected {"at_ms": ms, "prompt_tokens": N or "prompt": "…", "max_tokens": N}',
    );
  });

  test("what is not JSON is named as such", () => {
    expect(() => own('{"at_ms":0,"prompt_tokens":5,"max_tokens":7}\n{"at_ms":0,')).toThrow(
      /^the\.file, line 2: not JSON \(/,
    );
  });
});
