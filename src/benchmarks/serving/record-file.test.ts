import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "./record.fake.ts";
import { readRecords } from "./record-file.ts";
import { toLine } from "./record-line.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-records-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (text: string) => {
  const path = join(folder, "requests.jsonl");
  writeFileSync(path, text);
  return path;
};

test("what was written is read back", () => {
  const several = record({ chunkUs: [1, 2, 3], chunkTokens: [1, 2, 1] });
  several.chunkEvents[1] = 2;
  const failed = record({ sentAt: null, failure: { class: "aborted", phase: "queue", message: "no slot" } });
  const turn = record({ session: 3, turn: 1, turns: 5 });
  const records = [record(), several, failed, turn, record({ model: "org/a" })];
  expect(readRecords(file(`${records.map(toLine).join("\n")}\n`))).toEqual({ records, isCutOff: false });
});

test("a line broken off by a kill is left out, and said", () => {
  const read = readRecords(file(`${toLine(record())}\n${toLine(record()).slice(0, 50)}`));
  expect([read.records.length, read.isCutOff]).toEqual([1, true]);
});

test.each([
  ["{oops", "not JSON"],
  ['{"index":1}', "no record"],
  ["", "not JSON"],
  [toLine(record({ chunkUs: [2000, 1000] })), "no record of a request (its times go backwards)"],
  [toLine(record({ sentAt: 100, firstTokenAt: 50 })), "no record of a request (its times go backwards)"],
])("a foreign line %p names file and line", (line, word) => {
  const path = file(`${toLine(record())}\n${line}\n${toLine(record())}\n`);
  expect(() => readRecords(path)).toThrow(`${path}, line 2: ${word}`);
});

test("a file that is not there", () => {
  expect(() => readRecords(join(folder, "none.jsonl"))).toThrow("none.jsonl");
});
