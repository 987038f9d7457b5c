import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { record } from "../record.fake.ts";
import { toLine } from "../record-line.ts";
import { RecordTail } from "./record-tail.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-tail-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("each record once, as it comes; half a line waits", () => {
  const path = join(folder, "requests.jsonl");
  writeFileSync(path, "");
  const tail = new RecordTail(path);
  const taken = () => Array.from(tail.take(), ({ index }) => index);
  const line = (index: number) => toLine(record({ index }));
  expect(taken()).toEqual([]);
  appendFileSync(path, `${line(1)}\n${line(2)}\n${line(3).slice(0, 40)}`);
  expect(taken()).toEqual([1, 2]);
  expect(taken()).toEqual([]);
  appendFileSync(path, `${line(3).slice(40)}\n`);
  expect(taken()).toEqual([3]);
});

test.each([
  ["more than is read at once", 2000, 300],
  ["one line longer than that", 300_000, 1],
])("%s", (_, chunks, lines) => {
  const path = join(folder, "requests.jsonl");
  const chunkUs = Array.from({ length: chunks }, (_, i) => 10_000 * i);
  writeFileSync(
    path,
    Array.from({ length: lines }, (_, index) => `${toLine(record({ index, chunkUs }))}\n`).join(""),
  );
  expect(Array.from(new RecordTail(path).take(), (r) => [r.index, r.chunkUs.length])).toEqual(
    Array.from({ length: lines }, (_, i) => [i, chunks]),
  );
});
