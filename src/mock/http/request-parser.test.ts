import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ParsedItem, RequestParser } from "./request-parser.ts";

function parse(pieces: readonly Uint8Array[]): ParsedItem[] {
  const parser = new RequestParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

function parseText(text: string): ParsedItem[] {
  return parse([Buffer.from(text)]);
}

function only(text: string): ParsedItem {
  const items = parseText(text);
  expect(items.length).toBe(1);
  return items[0]!;
}

const header = fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/), fc.stringMatching(/^[!-~]{1,12}$/));
const request = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path: fc.stringMatching(/^\/[a-z/]{0,10}$/),
  headers: fc.array(header, { maxLength: 4 }),
  body: fc.uint8Array({ maxLength: 60 }),
});

/** Names that change how the rest is read are not for random headers. */
const SPECIAL = new Set(["content-length", "transfer-encoding", "connection", "expect"]);

test("any split of the bytes gives the same requests", () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 4 }), fc.array(fc.nat(600)), (requests, cuts) => {
      const parts = requests.flatMap(({ method, path, headers, body }) => {
        const lines = headers.filter(([name]) => !SPECIAL.has(name.toLowerCase()));
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        return [
          Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n`),
          body,
        ];
      });
      const bytes = Buffer.concat(parts);
      const edges = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ];
      const pieces = edges.slice(1).map((end, i) => bytes.subarray(edges[i]!, end));
      const items = parse(pieces);
      expect(items).toEqual(parse([bytes]));
      expect(items.length).toBe(requests.length);
      for (const [i, item] of items.entries()) {
        if (item.kind !== "request") throw new Error(item.kind);
        expect(item.request.path).toBe(requests[i]!.path);
        expect([...item.request.body]).toEqual([...requests[i]!.body]);
      }
    }),
  );
});

test("reads line, headers and body; the query is no part of the path", () => {
  const item = only("POST /a/b?x=1 HTTP/1.1\r\nX-Request-ID:  abc \r\nContent-Length: 3\r\n\r\nxyz");
  if (item.kind !== "request") throw new Error(item.kind);
  const { method, path, headers, body, wantsClose } = item.request;
  expect({ method, path, id: headers.get("x-request-id"), body: body.toString(), wantsClose }).toEqual({
    method: "POST",
    path: "/a/b",
    id: "abc",
    body: "xyz",
    wantsClose: false,
  });
});

test("says 100 Continue before a body that is waited for, not before one that is there", () => {
  const head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  const parser = new RequestParser();
  expect(parser.push(Buffer.from(head)).map(({ kind }) => kind)).toEqual(["continue"]);
  expect(parser.push(Buffer.from("ab")).map(({ kind }) => kind)).toEqual(["request"]);
  expect(parseText(`${head}ab`).map(({ kind }) => kind)).toEqual(["request"]);
});

describe("problems", () => {
  test.each<[string, number]>([
    ["nonsense\r\n\r\n", 400],
    ["GET / HTTP/1.0\r\n\r\n", 505],
    ["GET / HTTP/1.1\r\nno colon here\r\n\r\n", 400],
    ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411],
    ["POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400],
    ["POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", 413],
    [`GET /${"x".repeat(70_000)}`, 431],
  ])("problem %#: nothing is read after it", (text, status) => {
    const parser = new RequestParser();
    const [item] = parser.push(Buffer.from(text));
    expect(item).toMatchObject({ kind: "problem", problem: { status } });
    expect(parser.push(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toEqual([]);
  });
});
