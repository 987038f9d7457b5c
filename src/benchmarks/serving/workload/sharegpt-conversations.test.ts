import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../../core/errors.ts";
import type { Conversations } from "./conversation.ts";
import { readShareGpt } from "./sharegpt.ts";
import { type ConversationLimits, readConversations } from "./sharegpt-conversations.ts";
import type { TokenCounter } from "./token-counter.ts";

const SAMPLE = join(import.meta.dir, "../../../../fixtures/sharegpt-sample.json");
const folder = mkdtempSync(join(tmpdir(), "inferbench-conversations-"));
const path = join(folder, "dataset.json");
afterAll(() => rmSync(folder, { recursive: true }));

/** One token a character: lengths can be written down. */
const characters: TokenCounter = { name: "characters", exact: true, count: (text) => text.length };
const wide = { maxInputTokens: 1024, maxOutputTokens: 1024, mostTurns: null };

type Said = [from: unknown, value: unknown];

function read(items: readonly (readonly Said[])[], limits: Partial<ConversationLimits> = {}): Conversations {
  writeFileSync(
    path,
    JSON.stringify(items.map((said) => ({ conversations: said.map(([from, value]) => ({ from, value })) }))),
  );
  return readConversations(path, characters, { ...wide, ...limits });
}

/** Of each turn: who says what, its own tokens, tokens to ask for. */
const shown = ({ turns }: Conversations) =>
  turns.map((conversation) =>
    conversation.map(({ messages, promptTokens, maxTokens }) => [
      ...messages.map(({ role, content }) => `${role}: ${content}`),
      promptTokens,
      maxTokens,
    ]),
  );

const pair = (question: number, answer: number): Said[] => [
  ["human", "q".repeat(question)],
  ["gpt", "a".repeat(answer)],
];

test("a turn is what is said until an answer, and that answer's length", () => {
  const conversation: Said[] = [
    ["system", "Be brief."],
    ["human", "Why is it?"],
    ["gpt", "Because."],
    ["human", "So"],
    ["gpt", "Yes"],
    ["human", "never answered"],
  ];
  expect(shown(read([conversation]))).toEqual([
    [
      ["system: Be brief.", "user: Why is it?", 19, 8],
      ["user: So", 2, 3],
    ],
  ]);
});

test.each([
  ["user", "assistant"],
  ["Human", "chatgpt"],
  ["human", "bing"],
  ["human", "bard"],
])("speakers may be called %s and %s", (user, answerer) => {
  expect(
    shown(
      read([
        [
          [user, "question"],
          [answerer, "answer"],
        ],
      ]),
    ),
  ).toEqual([[["user: question", 8, 6]]]);
});

describe("what real datasets hold besides", () => {
  const kept = pair(8, 6);

  test("several messages in a row of one speaker are one", () => {
    const said: Said[] = [
      ["human", "one"],
      ["human", "two"],
      ["gpt", "three"],
      ["gpt", "four"],
    ];
    expect(shown(read([said]))).toEqual([[["user: one\n\ntwo", 8, 11]]]);
  });

  test("an answer to nothing is left out", () => {
    const said: Said[] = [
      ["gpt", "…and so on"],
      ...kept,
      ["system", "Now shout."],
      ["gpt", "HELLO"],
      ...kept,
    ];
    expect(shown(read([said]))).toEqual([
      [
        ["user: qqqqqqqq", 8, 6],
        ["system: Now shout.", "user: qqqqqqqq", 18, 6],
      ],
    ]);
  });

  test.each<[string, Said]>([
    ["no text", ["human", ""]],
    ["null for a text", ["gpt", null]],
    ["an unknown speaker", ["tool", "42"]],
    ["no speaker", [undefined, "text"]],
  ])("the conversation ends before a message with %s", (_, said) => {
    expect(shown(read([[...kept, said, ...kept]]))).toEqual([[["user: qqqqqqqq", 8, 6]]]);
  });

  test("a first turn or answer under 4 tokens drops the conversation; a later one may be short", () => {
    expect(shown(read([pair(3, 9), pair(9, 3), [...kept, ...pair(1, 1)]]))).toEqual([
      [
        ["user: qqqqqqqq", 8, 6],
        ["user: q", 1, 1],
      ],
    ]);
  });
});

describe("limits", () => {
  // Contexts of 10, 10 + 5 + 10 = 25, 40 tokens.
  const three = [...pair(10, 5), ...pair(10, 5), ...pair(10, 5)];
  const turnsAndCuts = (limits: Partial<ConversationLimits>, conversation = three) => {
    const { turns, cutShort } = read([conversation, pair(4, 4)], limits);
    return [turns.length === 2 ? turns[0]!.length : 0, cutShort];
  };

  test("the context counts what was said before, by the dataset's own answers", () => {
    expect(turnsAndCuts({ maxInputTokens: 40 })).toEqual([3, 0]);
    expect(turnsAndCuts({ maxInputTokens: 39 })).toEqual([2, 1]);
    expect(turnsAndCuts({ maxInputTokens: 24 })).toEqual([1, 1]);
    expect(turnsAndCuts({ maxInputTokens: 9 })).toEqual([0, 0]);
  });

  test("a conversation ends before an answer that is too long", () => {
    expect(turnsAndCuts({ maxOutputTokens: 5 })).toEqual([3, 0]);
    expect(turnsAndCuts({ maxOutputTokens: 5 }, [...pair(5, 5), ...pair(5, 6), ...pair(5, 5)])).toEqual([
      1, 1,
    ]);
  });

  test("the first so many turns", () => {
    expect(turnsAndCuts({ mostTurns: 2 })).toEqual([2, 0]);
    expect(turnsAndCuts({ mostTurns: 9 })).toEqual([3, 0]);
  });
});

test("of the sample, first turns are the pairs that are sent without --conversations", () => {
  const whole = readConversations(SAMPLE, characters, wide);
  const pairs = readShareGpt(SAMPLE, characters, wide);
  expect(
    whole.turns.map(([first]) => ({
      text: first!.messages[0]!.content,
      promptTokens: first!.promptTokens,
      maxTokens: first!.maxTokens,
    })),
  ).toEqual(pairs);
  expect(whole.turns.filter(({ length }) => length > 1).length).toBeGreaterThan(3);
});

describe("what is no such dataset", () => {
  function problem(content: string): ToolError {
    writeFileSync(path, content);
    try {
      readConversations(path, characters, wide);
    } catch (error) {
      expect(error).toBeInstanceOf(ToolError);
      expect((error as ToolError).exit).toBe(2);
      return error as ToolError;
    }
    throw new Error("was accepted");
  }

  test.each([
    ["{", "is not JSON"],
    ["{}", "is not a list"],
    ['[{"conversations":[]},{"messages":[]}]', "item 2: expected"],
    ['[{"conversations":[{"value":"question"},{"value":"answer"}]}]', "no conversation of 1"],
    ["[]", "no conversation of 0"],
  ])("%s", (content, words) => {
    const { message } = problem(content);
    expect(message).toContain(path);
    expect(message).toContain(words);
  });
});
