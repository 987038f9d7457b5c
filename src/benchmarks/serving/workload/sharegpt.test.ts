import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { readShareGpt } from "./sharegpt.ts";
import type { TokenCounter } from "./token-counter.ts";
import { loadTokenizer } from "./tokenizer.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-sharegpt-"));
const path = join(folder, "dataset.json");
afterAll(() => rmSync(folder, { recursive: true }));

/** One token a character: lengths can be written down. */
const characters: TokenCounter = { name: "characters", exact: true, count: (text) => text.length };
const wide = { maxInputTokens: 1024, maxOutputTokens: 1024 };

const turns = (...values: unknown[]) => ({
  conversations: values.map((value, i) => ({ from: i % 2 === 0 ? "human" : "gpt", value })),
});

function read(items: unknown, limits = wide) {
  writeFileSync(path, JSON.stringify(items));
  return readShareGpt(path, characters, limits);
}

function problem(content: string, limits = wide): ToolError {
  writeFileSync(path, content);
  try {
    readShareGpt(path, characters, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return error as ToolError;
  }
  throw new Error("was accepted");
}

test("the first turn is the prompt, the second one's length the length asked for; further turns count for nothing", () => {
  expect(read([turns("question", "the answer"), turns("another", "short", "x".repeat(5000), "")])).toEqual([
    { text: "question", promptTokens: 8, maxTokens: 10 },
    { text: "another", promptTokens: 7, maxTokens: 5 },
  ]);
});

describe("dropped", () => {
  const limits = { maxInputTokens: 10, maxOutputTokens: 20 };
  const kept = (prompt: number, answer: number) =>
    read([turns("a".repeat(prompt), "b".repeat(answer)), turns("kept", "kept")], limits).length === 2;

  test("are prompts and answers under 4 tokens, or over the most allowed; both limits themselves are kept", () => {
    for (const [prompt, answer, isKept] of [
      [4, 4, true],
      [3, 4, false],
      [4, 3, false],
      [0, 10, false],
      [10, 20, true],
      [11, 20, false],
      [10, 21, false],
    ] as const) {
      expect([prompt, answer, kept(prompt, answer)]).toEqual([prompt, answer, isKept]);
    }
  });

  test("are conversations of fewer than two turns, whatever is in them", () => {
    const items = [
      turns(),
      turns("only one"),
      { conversations: [{}] },
      { conversations: [5] },
      turns("kept", "kept"),
    ];
    expect(read(items)).toHaveLength(1);
  });

  test("are exactly those that the filter of the field's tools drops, for any dataset", () => {
    const text = fc.string({ maxLength: 12 });
    const dataset = fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 10 });
    const most = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(dataset, most, most, (conversations, maxInputTokens, maxOutputTokens) => {
        const items = [...conversations.map((values) => turns(...values)), turns("kept", "kept")];
        const expected: object[] = [];
        for (const item of items) {
          if (item.conversations.length < 2) continue;
          const prompt = item.conversations[0]!.value as string;
          const outputLength = (item.conversations[1]!.value as string).length;
          if (prompt.length < 4 || outputLength < 4) continue;
          if (prompt.length > maxInputTokens || outputLength > maxOutputTokens) continue;
          expected.push({ text: prompt, promptTokens: prompt.length, maxTokens: outputLength });
        }
        if (expected.length > 0)
          expect(read(items, { maxInputTokens, maxOutputTokens })).toEqual(expected as never);
        else expect(() => read(items, { maxInputTokens, maxOutputTokens })).toThrow(ToolError);
      }),
    );
  });
});

test("turns after the second may be of any kind, as in real datasets", () => {
  const odd = {
    id: 7,
    conversations: [{ value: "question" }, { value: "answer" }, { value: null }, "x", {}],
  };
  expect(read([odd])).toEqual([{ text: "question", promptTokens: 8, maxTokens: 6 }]);
});

describe("refused, with the file's name", () => {
  test.each([
    ["", `the dataset FILE is not JSON: `],
    ["[", `the dataset FILE is not JSON: `],
    ["{}", "the dataset FILE is not a list of conversations"],
    ["null", "the dataset FILE is not a list of conversations"],
    ['[{"conversations":[]}, 5]', 'FILE, item 2: expected {"conversations": [{"value": "…"}, …]}'],
    ["[null]", 'FILE, item 1: expected {"conversations": [{"value": "…"}, …]}'],
    ['[{"messages":[]}]', 'FILE, item 1: expected {"conversations": [{"value": "…"}, …]}'],
    ['[{"conversations":{}}]', 'FILE, item 1: expected {"conversations": [{"value": "…"}, …]}'],
    [
      '[{"conversations":[{"value":"question"},{"content":"answer"}]}]',
      'FILE, item 1: expected {"conversations": [{"value": "…"}, …]}',
    ],
    ["[]", "no conversation of 0 in FILE fits --max-input-length 1024 and --max-output-length 1024"],
    [
      '[{"conversations":[]}]',
      "no conversation of 1 in FILE fits --max-input-length 1024 and --max-output-length 1024",
    ],
  ])("%j", (content, message) => {
    expect(problem(content).message).toStartWith(message.replace("FILE", path));
  });

  test("a file that is not there", () => {
    const missing = join(folder, "none.json");
    expect(() => readShareGpt(missing, characters, wide)).toThrow(`cannot read ${missing}: `);
  });
});

test("a byte order mark does no harm", () => {
  writeFileSync(path, `\uFEFF${JSON.stringify([turns("question", "answer")])}`);
  expect(readShareGpt(path, characters, wide)).toHaveLength(1);
});

test("of the fixture's 25 conversations, 6 are dropped: too few turns, or too short", async () => {
  const fixtures = join(import.meta.dir, "../../../../fixtures");
  const nowhere = {
    cacheDir: "/nonexistent",
    hubCacheDir: "/nonexistent",
    hubUrl: "http://127.0.0.1:1",
    token: undefined,
  };
  const counter = await loadTokenizer(join(fixtures, "tokenizer"), nowhere);
  const prompts = readShareGpt(join(fixtures, "sharegpt-sample.json"), counter, wide);
  expect(prompts).toHaveLength(19);
  for (const { promptTokens, maxTokens } of prompts) {
    expect(promptTokens).toBeWithin(4, 1025);
    expect(maxTokens).toBeWithin(4, 1025);
  }
});
