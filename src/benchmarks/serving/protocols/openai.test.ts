import { describe, expect, test } from "bun:test";
import { fakeContent } from "./content.fake.ts";
import { errorText } from "./openai.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { Piece, type Protocol } from "./protocol.ts";

function event(protocol: Protocol, json: unknown): Partial<Piece> {
  const piece = new Piece();
  protocol.readEvent(json, piece);
  return piece;
}

function answer(protocol: Protocol, json: unknown): Partial<Piece> {
  const piece = new Piece();
  protocol.readAnswer(json, piece);
  return piece;
}

const nothing = new Piece();
const tokens = (promptTokens: number | null, completionTokens: number | null) => ({
  promptTokens,
  completionTokens,
  cachedTokens: null,
  reasoningTokens: null,
});

describe("bodies", () => {
  test("of completions", () => {
    expect(JSON.parse(openaiCompletions.body(fakeContent()))).toEqual({
      model: "m",
      prompt: "Hello",
      max_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("of chat: the prompt is one user message", () => {
    expect(JSON.parse(openaiChat.body(fakeContent()))).toEqual({
      model: "m",
      messages: [{ role: "user", content: "Hello" }],
      max_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test("of a conversation: its messages as they are, or one text", () => {
    const prompt = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Why?" },
      { role: "assistant", content: " Because." },
      { role: "user", content: "And then?" },
    ] as const;
    expect(JSON.parse(openaiChat.body(fakeContent({ prompt }))).messages).toEqual(prompt);
    expect(JSON.parse(openaiCompletions.body(fakeContent({ prompt }))).prompt).toBe(
      "Be brief.\n\nWhy? Because.\n\nAnd then?",
    );
  });

  test.each([openaiCompletions, openaiChat])("of $name with all that can be asked for", (protocol) => {
    const given = { continuousUsage: true, ignoreEos: true, extra: { temperature: 0, top_p: 1 } };
    expect(JSON.parse(protocol.body(fakeContent(given)))).toMatchObject({
      stream_options: { include_usage: true, continuous_usage_stats: true },
      ignore_eos: true,
      temperature: 0,
      top_p: 1,
    });
  });

  test.each([
    [4, 4],
    [40, 16],
    ["max", 16],
  ] as const)("at least %p tokens of at most 16 are asked for as %d", (minTokens, min_tokens) => {
    for (const protocol of [openaiCompletions, openaiChat]) {
      expect(JSON.parse(protocol.body(fakeContent({ minTokens })))).toMatchObject({
        max_tokens: 16,
        min_tokens,
      });
    }
  });

  test.each([openaiCompletions, openaiChat])("of $name without usage, without a stream", (protocol) => {
    const plain = JSON.parse(protocol.body(fakeContent({ includeUsage: false })));
    expect(plain).not.toHaveProperty("stream_options");
    expect(plain).not.toHaveProperty("ignore_eos");
    const whole = JSON.parse(protocol.body(fakeContent({ stream: false, continuousUsage: true })));
    expect(whole.stream).toBe(false);
    expect(whole).not.toHaveProperty("stream_options");
  });

  test("fields of one's own win over ours", () => {
    expect(JSON.parse(openaiCompletions.body(fakeContent({ extra: { max_tokens: 5 } }))).max_tokens).toBe(5);
  });
});

describe("events of completions", () => {
  test("hold text, then a reason to end, then usage", () => {
    expect(event(openaiCompletions, { choices: [{ index: 0, text: " the", finish_reason: null }] })).toEqual({
      ...nothing,
      text: " the",
    });
    expect(event(openaiCompletions, { choices: [{ text: "", finish_reason: "length" }] })).toEqual({
      ...nothing,
      finishReason: "length",
    });
    expect(
      event(openaiCompletions, { choices: [], usage: { prompt_tokens: 5, completion_tokens: 7 } }),
    ).toEqual({
      ...nothing,
      usage: tokens(5, 7),
    });
  });

  test("a whole answer is read alike", () => {
    const json = { choices: [{ text: "all of it", finish_reason: "stop" }], usage: { completion_tokens: 3 } };
    expect(answer(openaiCompletions, json)).toEqual({
      ...nothing,
      text: "all of it",
      finishReason: "stop",
      usage: tokens(null, 3),
    });
  });
});

describe("events of chat", () => {
  const delta = (given: unknown) => event(openaiChat, { choices: [{ delta: given }] });

  test("the role alone is no token", () => {
    expect(delta({ role: "assistant", content: "" })).toEqual(nothing);
    expect(delta({ role: "assistant", content: null })).toEqual(nothing);
  });

  test("text", () => {
    expect(delta({ content: "Hi" })).toEqual({ ...nothing, text: "Hi" });
  });

  test.each(["reasoning_content", "reasoning"])("reasoning as %s", (name) => {
    expect(delta({ [name]: "Hm" })).toEqual({ ...nothing, reasoning: "Hm" });
    expect(delta({ [name]: "Hm", content: "Hi" })).toEqual({ ...nothing, reasoning: "Hm", text: "Hi" });
  });

  test("reasoning under both names, one of them empty, is counted once", () => {
    expect(delta({ reasoning_content: "", reasoning: "Hm" })).toEqual({ ...nothing, reasoning: "Hm" });
    expect(delta({ reasoning_content: null, reasoning: "Hm" })).toEqual({ ...nothing, reasoning: "Hm" });
    expect(delta({ reasoning_content: "Hm", reasoning: "Hm" })).toEqual({ ...nothing, reasoning: "Hm" });
  });

  test("tool calls: names and arguments", () => {
    expect(delta({ tool_calls: [{ function: { name: "look", arguments: '{"a' } }] })).toEqual({
      ...nothing,
      tool: 'look{"a',
    });
    expect(
      delta({ tool_calls: [{ function: { arguments: "1" } }, { function: { arguments: "2" } }] }),
    ).toEqual({
      ...nothing,
      tool: "12",
    });
  });

  test("a whole answer has a message, not a delta", () => {
    const json = { choices: [{ message: { content: "Hi", reasoning: "Hm" }, finish_reason: "stop" }] };
    expect(answer(openaiChat, json)).toEqual({
      ...nothing,
      text: "Hi",
      reasoning: "Hm",
      finishReason: "stop",
    });
    expect(event(openaiChat, json)).toEqual({ ...nothing, finishReason: "stop" });
    expect(answer(openaiChat, { choices: [{ delta: { content: "x" } }] })).toEqual(nothing);
  });
});

describe("usage", () => {
  const usage = (given: unknown) => event(openaiCompletions, { choices: [], usage: given }).usage;

  test("with its details", () => {
    expect(
      usage({
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 120,
        prompt_tokens_details: { cached_tokens: 64 },
        completion_tokens_details: { reasoning_tokens: 8 },
      }),
    ).toEqual({ promptTokens: 100, completionTokens: 20, cachedTokens: 64, reasoningTokens: 8 });
  });

  test("0 is a count, absence is null", () => {
    expect(usage({ completion_tokens: 0, prompt_tokens_details: null })).toEqual(tokens(null, 0));
    expect(usage(null)).toBeNull();
    expect(usage(undefined)).toBeNull();
  });

  test("what is no whole number from 0 on is no count", () => {
    for (const value of [-1, 1.5, "7", null, true, [], 1e300, Number.POSITIVE_INFINITY]) {
      expect(usage({ completion_tokens: value })).toEqual(tokens(null, null));
    }
  });

  test.each([true, 5, "x"])("%p is none", (value) => {
    expect(usage(value)).toBeNull();
  });
});

describe("errors", () => {
  test.each([
    [{ message: "out of memory", code: 500 }, "out of memory"],
    ["out of memory", "out of memory"],
    [{ detail: "not found" }, "not found"],
    [{ code: 5 }, '{"code":5}'],
    [["a"], '["a"]'],
    [5, "5"],
    [true, "true"],
  ])("%j in an event is read as a text", (error, text) => {
    for (const protocol of [openaiCompletions, openaiChat]) {
      expect(event(protocol, { error })).toEqual({ ...nothing, error: text });
      expect(answer(protocol, { error })).toEqual({ ...nothing, error: text });
    }
    expect(errorText(error)).toBe(text);
  });

  test.each([null, "", false])("%p is none", (error) => {
    expect(event(openaiCompletions, { error, choices: [{ text: "a" }] })).toEqual({ ...nothing, text: "a" });
  });
});
