import { expect, test } from "bun:test";
import fc from "fast-check";
import { openaiChat } from "../protocols/openai-chat.ts";
import { openaiCompletions } from "../protocols/openai-completions.ts";
import { Piece, type Protocol } from "../protocols/protocol.ts";
import { UnchangedEvent } from "./unchanged-event.ts";

function parsed(protocol: Protocol, bytes: Buffer): Piece {
  const piece = new Piece();
  protocol.readEvent(JSON.parse(bytes.toString()), piece);
  return piece;
}

function learned(protocol: Protocol, event: string): UnchangedEvent {
  const unchanged = new UnchangedEvent(protocol.textKey);
  const bytes = Buffer.from(event);
  unchanged.learn(bytes, 0, bytes.length, parsed(protocol, bytes));
  return unchanged;
}

const chat = (content: string) =>
  JSON.stringify({ id: "c", choices: [{ index: 0, delta: { content }, finish_reason: null }] });

test("a text that differs is recognised, with its place", () => {
  const unchanged = learned(openaiChat, chat("one"));
  const bytes = Buffer.from(chat(" größer 🙂"));
  const start = unchanged.textStart(bytes, 0, bytes.length);
  expect(bytes.toString("utf8", start, bytes.length - unchanged.eventTail)).toBe(" größer 🙂");
});

test("an empty text is not a token", () => {
  const bytes = Buffer.from(chat(""));
  expect(learned(openaiChat, chat("one")).textStart(bytes, 0, bytes.length)).toBe(-1);
});

test("escapes go to the parser", () => {
  const unchanged = learned(openaiChat, chat("one"));
  for (const text of ['"', "\\", "\n", "a\tb", '","finish_reason":"stop']) {
    const bytes = Buffer.from(chat(text));
    expect(unchanged.textStart(bytes, 0, bytes.length)).toBe(-1);
  }
});

test("an event with the key twice is never learned", () => {
  const twice = '{"choices":[{"logprobs":{"content":"x"},"delta":{"content":"one"}}]}';
  const bytes = Buffer.from(twice);
  expect(learned(openaiChat, twice).textStart(bytes, 0, bytes.length)).toBe(-1);
});

test("whatever is recognised is what the parser reads", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 4 }),
    fc.constantFrom("a", '"', "\\", "content"),
  );
  const shapes: ((t: string, n: number) => unknown)[] = [
    (t) => ({ id: "a", choices: [{ text: t, finish_reason: null }] }),
    (t) => ({ id: "a", choices: [{ delta: { content: t }, finish_reason: null }] }),
    (t) => ({ id: "a", choices: [{ text: t, delta: { content: t } }] }),
    (t, n) => ({ id: "a", choices: [{ text: t, delta: { content: t } }], usage: { completion_tokens: n } }),
    (t) => ({ choices: [{ finish_reason: "stop", text: t, delta: { content: t } }] }),
    (t) => ({ choices: [{ delta: { reasoning: t, content: "" }, text: "" }] }),
    (t) => ({ choices: [{ delta: { content: t, text: t } }, { text: t }] }),
    (t) => ({ note: { text: "x", content: "x" }, choices: [{ text: t, delta: { content: t } }] }),
  ];
  const event = fc
    .tuple(fc.constantFrom(...shapes, shapes[0]!, shapes[0]!, shapes[1]!, shapes[1]!), text, fc.nat(3))
    .map(([shape, t, n]) => shape(t, n));
  let recognised = 0;
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.constantFrom(openaiChat, openaiCompletions),
      (events, protocol) => {
        const unchanged = new UnchangedEvent(protocol.textKey);
        for (const item of events) {
          const bytes = Buffer.from(JSON.stringify(item));
          const piece = parsed(protocol, bytes);
          const start = unchanged.textStart(bytes, 0, bytes.length);
          if (start < 0) {
            unchanged.learn(bytes, 0, bytes.length, piece);
            continue;
          }
          recognised++;
          expect(piece.isPlainText()).toBe(true);
          expect(bytes.toString("utf8", start, bytes.length - unchanged.eventTail)).toBe(piece.text);
        }
      },
    ),
    { numRuns: 4000 },
  );
  expect(recognised).toBeGreaterThan(200);
});
