import { expect, test } from "bun:test";
import fc from "fast-check";
import { openaiChat } from "../protocols/openai-chat.ts";
import { openaiCompletions } from "../protocols/openai-completions.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { templateProtocol } from "../protocols/template.ts";
import { AnswerReader } from "./answer-reader.ts";

/** Feeds chunks at 10, 20, 30 ms … and ends the stream. */
function read(
  protocol: Protocol,
  chunks: readonly string[],
  contentType = "text/event-stream",
): AnswerReader {
  const reader = new AnswerReader(protocol, true, undefined, true);
  reader.begin(contentType);
  for (const [i, chunk] of chunks.entries()) reader.chunk(Buffer.from(chunk), 10 * (i + 1));
  reader.end(10 * (chunks.length + 1));
  return reader;
}

const chat = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ delta, ...more }] })}\n\n`;
const text = (t: string, more: object = {}, top: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ text: t, ...more }], ...top })}\n\n`;
const finish = { finish_reason: "stop" };
const done = "data: [DONE]\n\n";

test("a role chunk is a byte, not a token", () => {
  const r = read(openaiChat, [
    chat({ role: "assistant", content: "" }),
    chat({ content: "a" }),
    chat({}, finish),
    done,
  ]);
  expect([r.firstByteAt, r.firstTokenAt, r.firstAnswerAt, r.lastTokenAt]).toEqual([10, 20, 20, 20]);
  expect(r.problem).toBeNull();
  expect(r.channels.answer).toBe(1);
});

test("reasoning comes before the answer and counts as tokens", () => {
  const r = read(openaiChat, [
    chat({ reasoning_content: "hm" }),
    chat({ reasoning: "so" }),
    chat({ content: "yes" }),
    chat({}, finish),
    done,
  ]);
  expect([r.firstTokenAt, r.firstAnswerAt]).toEqual([10, 30]);
  expect(r.channels).toEqual({ answer: 1, reasoning: 2, tool: 0 });
  expect(r.text?.toString()).toBe("hmsoyes");
  expect(r.answer?.toString()).toBe("yes");
});

test("the answer alone is kept whole, parsed or recognised, and neither text where none is wanted", () => {
  const r = read(openaiCompletions, [text(" one"), text(" two"), text(' "3"\n'), text(" é"), done]);
  expect(r.answer?.toString()).toBe(' one two "3"\n é');
  const bare = new AnswerReader(openaiCompletions, false);
  expect([bare.text, bare.answer]).toEqual([null, null]);
});

test("tool-call deltas count as tokens, and are no answer", () => {
  const call = (args: string) => chat({ tool_calls: [{ index: 0, function: { arguments: args } }] });
  const r = read(openaiChat, [call('{"a"'), call(":1}"), chat({}, { finish_reason: "tool_calls" }), done]);
  expect([r.firstTokenAt, r.firstAnswerAt, r.problem]).toEqual([10, null, null]);
  expect(r.channels.tool).toBe(2);
  expect(r.answer?.toString()).toBe("");
});

test("two events in one chunk are one chunk with two events", () => {
  const r = read(openaiCompletions, [text("a"), text("b") + text("c", finish), done]);
  expect([...r.chunkAt.toArray()]).toEqual([10, 20]);
  expect([...r.chunkEvents.toArray()]).toEqual([1, 2]);
  expect(r.text?.toString()).toBe("abc");
});

test("continuous usage counts the tokens of each chunk", () => {
  const usage = (n: number) => ({ usage: { prompt_tokens: 5, completion_tokens: n } });
  const r = read(openaiCompletions, [
    text("ab", {}, usage(2)),
    text("c", {}, usage(3)),
    text("def", finish, usage(6)),
    done,
  ]);
  expect([...(r.chunkTokens() ?? [])]).toEqual([2, 1, 3]);
  expect(r.usage?.completionTokens).toBe(6);
});

test("without usage in every event the tokens of a chunk are not known", () => {
  const r = read(openaiCompletions, [
    text("ab"),
    text("c", finish, { usage: { completion_tokens: 3 } }),
    done,
  ]);
  expect(r.chunkTokens()).toBeNull();
});

test("a usage-only chunk and empty choices are no tokens", () => {
  const r = read(openaiCompletions, [
    'data: {"choices":[]}\n\n',
    text("a", finish),
    'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\n',
    done,
  ]);
  expect(r.channels.answer).toBe(1);
  expect([r.firstTokenAt, r.usage?.promptTokens, r.problem]).toEqual([20, 3, null]);
});

test.each([
  ["an error event", [text("a"), 'data: {"error":{"message":"out of memory"}}\n\n', done], "stream-error"],
  ["no token at all", [text("", finish), done], "empty"],
  ["no finish reason and no [DONE]", [text("a"), text("b")], "truncated"],
  ["what is not JSON", [text("a"), "data: {oops\n\n", done], "parse"],
] as const)("%s is a failure", (_, chunks, failure) => {
  expect(read(openaiCompletions, chunks).problem?.class).toBe(failure);
});

test.each([
  ["finish reason without [DONE]", [text("a", finish)]],
  ["[DONE] without a finish reason", [text("a"), done]],
] as const)("%s is an orderly end", (_, chunks) => {
  expect(read(openaiCompletions, chunks).problem).toBeNull();
});

test("the message of an error event is kept", () => {
  const r = read(openaiCompletions, ['data: {"error":{"message":"out of memory"}}\n\n']);
  expect(r.problem).toEqual({ class: "stream-error", message: "out of memory" });
});

test("a whole answer has text, usage and no chunks", () => {
  const body = {
    choices: [{ text: "a b", finish_reason: "length" }],
    usage: { prompt_tokens: 2, completion_tokens: 2 },
  };
  const r = read(openaiCompletions, [JSON.stringify(body)], "application/json");
  expect([r.streamed, r.firstByteAt, r.firstTokenAt, r.chunkAt.length]).toEqual([false, 10, null, 0]);
  expect([r.usage?.completionTokens, r.finishReason, r.problem]).toEqual([2, "length", null]);
});

test("a stream under another content type is recognised", () => {
  const r = read(openaiCompletions, [text("a", finish), done], "text/plain");
  expect([r.streamed, r.firstTokenAt]).toEqual([true, 10]);
});

test("a template's server may end its stream without more", () => {
  const protocol = templateProtocol({ template: '{"prompt":"{prompt}","stream":true}' });
  const r = read(protocol, ['data: {"text":"a"}\n\n', 'data: {"text":" b"}\n\n']);
  expect([r.channels.answer, r.problem]).toEqual([2, null]);
});

test("unchanged events need no parsing and give the same text", () => {
  const words = Array.from({ length: 50 }, (_, i) => ` w${i}${i % 7 === 0 ? '"' : "ü"}`);
  const r = read(openaiChat, [...words.map((w) => chat({ content: w })), chat({}, finish), done]);
  expect(r.text?.toString()).toBe(words.join(""));
  expect(r.channels.answer).toBe(50);
});

test("any split of a stream gives the same answer, whatever is recognised without parsing", () => {
  const words = fc.array(fc.constantFrom(" a", " größer", " 🙂", ' "', "\\", "\n", ""), { maxLength: 25 });
  const frame = fc.constantFrom("\n\n", "\r\n\r\n", "\n: ping\n\n", "two lines");
  fc.assert(
    fc.property(
      words,
      frame,
      fc.array(fc.nat(), { maxLength: 30 }),
      fc.boolean(),
      (texts, end, cuts, whole) => {
        const framed = (event: string) =>
          end === "two lines"
            ? event.replace('{"choices"', '{\ndata: "choices"')
            : event.replace("\n\n", end);
        const events = [...texts.map((t) => chat({ content: t })), chat({}, finish), done].map(framed);
        const bytes = Buffer.from(events.join(""));
        const places = whole
          ? events.map((_, i) => Buffer.byteLength(events.slice(0, i + 1).join("")))
          : cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b);
        const reader = new AnswerReader(openaiChat, true);
        reader.begin("text/event-stream");
        let from = 0;
        for (const to of [...places, bytes.length]) {
          reader.chunk(Uint8Array.from(bytes.subarray(from, to)), to + 1);
          from = to;
        }
        reader.end(bytes.length + 2);
        const tokens = texts.filter((t) => t !== "");
        expect(reader.text?.toString()).toBe(texts.join(""));
        expect(reader.channels.answer).toBe(tokens.length);
        expect(reader.problem?.class).toBe(tokens.length === 0 ? "empty" : undefined);
        expect([...reader.chunkEvents.toArray()].reduce((a, b) => a + b, 0)).toBe(tokens.length);
      },
    ),
    { numRuns: 1500 },
  );
});
