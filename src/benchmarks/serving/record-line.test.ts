import { expect, test } from "bun:test";
import { record } from "./record.fake.ts";
import { toLine } from "./record-line.ts";

test("a line holds the record, instants to the µs, chunks as plain lists", () => {
  const line = toLine(record({ sentAt: 1.23456, chunkUs: [50_000, 60_000], chunkTokens: [1, 2] }));
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toMatchObject({
    sentAt: 1.235,
    firstTokenAt: 50,
    failure: null,
    chunkUs: [50_000, 60_000],
    chunkTokens: [1, 2],
    usage: { completionTokens: 2 },
  });
  expect(line).not.toContain("chunkEvents");
});

test("events are named where a chunk had several, and what never came is null", () => {
  const r = record({ sentAt: null, firstTokenAt: null, chunkUs: [1, 2] });
  r.chunkEvents[1] = 3;
  const parsed = JSON.parse(toLine(r));
  expect([parsed.sentAt, parsed.firstTokenAt, parsed.chunkEvents, parsed.chunkTokens]).toEqual([
    null,
    null,
    [1, 3],
    undefined,
  ]);
});

test("which turn of which session it is stands there only for turns of sessions", () => {
  expect(toLine(record())).not.toContain("turn");
  expect(JSON.parse(toLine(record({ session: 3, turn: 1, turns: 5 })))).toMatchObject({
    session: 3,
    turn: 1,
    turns: 5,
  });
});

test("the model stands there only where a run asks several", () => {
  expect(toLine(record())).not.toContain("model");
  expect(JSON.parse(toLine(record({ model: 'org/"a"' }))).model).toBe('org/"a"');
});

test("the record itself is left as it was", () => {
  const r = record({ sentAt: 1.23456 });
  toLine(r);
  expect(r.sentAt).toBe(1.23456);
});
