import { expect, test } from "bun:test";
import fc from "fast-check";
import { SseSplitter } from "./sse.ts";

/** Splits the bytes at the given places and returns the data of each event. */
function split(bytes: Buffer, cuts: readonly number[]): string[] {
  const events: string[] = [];
  const splitter = new SseSplitter((data, start, end) =>
    events.push(Buffer.from(data.subarray(start, end)).toString()),
  );
  const places = [...new Set(cuts.map((c) => c % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    // A buffer of its own, overwritten afterwards: what is kept must have been copied.
    const chunk = Uint8Array.from(bytes.subarray(from, to));
    splitter.push(chunk);
    chunk.fill(0x7a);
    from = to;
  }
  splitter.end();
  return events;
}

/** The standard's algorithm over the whole text at once, slow and plain. */
function slowSplit(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  for (const [i, line] of lines.entries()) {
    const isLast = i === lines.length - 1;
    if (line === "" && !isLast) {
      if (data.length > 0) events.push(data.join("\n"));
      data = [];
      continue;
    }
    const match = /^data(?::(?: ?)([\s\S]*))?$/.exec(line);
    if (match !== null) data.push(match[1] ?? "");
  }
  if (data.length > 0) events.push(data.join("\n"));
  return events;
}

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const line = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }).map((s) => `data: ${s.replace(/[\r\n]/g, "")}`),
  fc.constantFrom(
    "data",
    "data:",
    "data:  two spaces",
    ": comment",
    "event: x",
    "id: 7",
    "database: no",
    "",
    "",
    "",
  ),
  fc.constantFrom('data: {"text":"東京"}', "data: größer 🙂", "data: [DONE]"),
);
const stream = fc
  .array(fc.tuple(line, lineEnd), { maxLength: 30 })
  .map((lines) => lines.map(([text, end]) => text + end).join(""));

test("any split of the bytes gives the events of the standard's algorithm", () => {
  fc.assert(
    fc.property(stream, fc.boolean(), fc.array(fc.nat(), { maxLength: 12 }), (text, mark, cuts) => {
      const bytes = Buffer.from(mark ? `\uFEFF${text}` : text);
      // A lone CR before LF of the next line is one line end by the standard; the slow version sees the same text.
      expect(split(bytes, cuts)).toEqual(slowSplit(text));
    }),
    { numRuns: 3000 },
  );
});

test("byte by byte is the same as at once", () => {
  const text = 'data: {"a":"größer"}\r\n\r\n: ping\r\ndata: one\r\ndata: two\r\n\r\ndata: [DONE]\r\n\r\n';
  const bytes = Buffer.from(text);
  const all = bytes.map((_, i) => i);
  expect(split(bytes, [...all])).toEqual(['{"a":"größer"}', "one\ntwo", "[DONE]"]);
  expect(split(bytes, [])).toEqual(['{"a":"größer"}', "one\ntwo", "[DONE]"]);
});

test("an event without its closing blank line is handed on at the end", () => {
  expect(split(Buffer.from("data: a\n\ndata: [DONE]"), [])).toEqual(["a", "[DONE]"]);
  expect(split(Buffer.from("data: a\n\ndata: b\n"), [])).toEqual(["a", "b"]);
});

test("an event larger than any chunk is put together", () => {
  const big = "x".repeat(300_000);
  const bytes = Buffer.from(`data: ${big}\n\n`);
  const cuts = Array.from({ length: 200 }, (_, i) => i * 1500);
  expect(split(bytes, cuts)).toEqual([big]);
});
