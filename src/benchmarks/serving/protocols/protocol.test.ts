import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { Piece, type Protocol } from "./protocol.ts";
import { DEFAULT_TEMPLATE, templateProtocol } from "./template.ts";

const protocols: Protocol[] = [
  openaiCompletions,
  openaiChat,
  templateProtocol({ template: DEFAULT_TEMPLATE }),
  templateProtocol({
    template: DEFAULT_TEMPLATE,
    textPath: "choices[0].text",
    tokensPath: "usage.completion_tokens",
  }),
];

/** What belongs here, or in one case of four anything else. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary, weight: 3 }, { arbitrary: fc.jsonValue({ maxDepth: 1 }), weight: 1 });

const members = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(fc.record(shape, { requiredKeys: [] }));

const text = mostly(fc.string({ maxLength: 3 }));
const number = mostly(fc.integer());
const several = (item: fc.Arbitrary<unknown>) => mostly(fc.array(item, { maxLength: 2 }));

const call = members({ function: members({ name: text, arguments: text }) });
const message = members({
  content: text,
  reasoning: text,
  reasoning_content: text,
  tool_calls: several(call),
});
/** Answers as servers write them, with anything wrong anywhere. */
const nearJson = members({
  choices: several(members({ text, finish_reason: text, delta: message, message })),
  usage: members({
    prompt_tokens: number,
    completion_tokens: number,
    prompt_tokens_details: members({ cached_tokens: number }),
    completion_tokens_details: members({ reasoning_tokens: number }),
  }),
  error: members({ message: text, detail: text }),
  token: members({ text }),
  generated_text: text,
});

describe.each(protocols.map((protocol, i) => [`${protocol.name} ${i}`, protocol] as const))(
  "%s",
  (_, protocol) => {
    test("reads any JSON without throwing, and leaves a piece of the right types", () => {
      const piece = new Piece();
      const isCount = (n: number | null) => n === null || (Number.isSafeInteger(n) && n >= 0);
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), nearJson), fc.boolean(), (json, isEvent) => {
          piece.clear();
          if (isEvent) protocol.readEvent(json, piece);
          else protocol.readAnswer(json, piece);
          expect([piece.text, piece.reasoning, piece.tool].map((text) => typeof text)).toEqual([
            "string",
            "string",
            "string",
          ]);
          expect(piece.error === null || typeof piece.error === "string").toBe(true);
          expect(piece.finishReason === null || typeof piece.finishReason === "string").toBe(true);
          if (piece.usage !== null) expect(Object.values(piece.usage).every(isCount)).toBe(true);
        }),
        { numRuns: 3000 },
      );
    });

    test.each([
      [{ choices: [{ delta: { tool_calls: 5 }, message: { tool_calls: {} } }] }],
      [{ choices: [{ delta: { tool_calls: [null, 5, "x", { function: null }, { function: 5 }] } }] }],
      [{ choices: { 0: { finish_reason: "stop" } }, usage: true, error: 0 }],
      [{ choices: "abc" }],
      [{ choices: [null] }],
      [{ choices: [] }],
      [[]],
      [null],
      ["text"],
      [5],
    ])("finds nothing in %j", (json) => {
      const piece = new Piece();
      protocol.readEvent(json, piece);
      protocol.readAnswer(json, piece);
      expect(piece).toEqual(new Piece());
    });

    test("writes a body that is JSON for any prompt and model, and both come back as they are", () => {
      const anyText = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({
          unit: fc.constantFrom(
            '"',
            "\\",
            "\n",
            "\u0000",
            "\u2028",
            "\ud800",
            "\udc00",
            "{prompt}",
            "{max_tokens}",
            "{model}",
            "$&",
            "a",
          ),
        }),
      );
      fc.assert(
        fc.property(anyText, anyText, fc.nat(), (prompt, model, maxTokens) => {
          const body = protocol.body({
            prompt,
            maxTokens,
            model,
            stream: true,
            includeUsage: true,
            continuousUsage: false,
            ignoreEos: false,
            minTokens: null,
            extra: {},
          });
          const parsed = JSON.parse(body);
          expect(parsed.prompt ?? parsed.messages[0].content).toBe(prompt);
          expect([parsed.model, parsed.max_tokens, parsed.stream]).toEqual([model, maxTokens, true]);
        }),
        { numRuns: 1000 },
      );
    });
  },
);

describe("Piece", () => {
  test("clear makes it like new", () => {
    const piece = new Piece();
    Object.assign(piece, {
      text: "a",
      reasoning: "b",
      tool: "c",
      finishReason: "stop",
      usage: {},
      error: "e",
    });
    piece.clear();
    expect(piece).toEqual(new Piece());
  });

  test("is plain text when it holds text and nothing else", () => {
    const of = (given: Partial<Piece>) => Object.assign(new Piece(), given).isPlainText();
    const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: null, reasoningTokens: null };
    expect(of({ text: "a" })).toBe(true);
    expect(of({})).toBe(false);
    for (const other of [
      { reasoning: "b" },
      { tool: "c" },
      { finishReason: "stop" },
      { usage },
      { error: "e" },
    ]) {
      expect(of({ text: "a", ...other })).toBe(false);
    }
  });
});
