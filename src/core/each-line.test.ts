import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { eachLine } from "./each-line.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-lines-"));
  path = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, readBytes?: number): { lines: string[]; isCutOff: boolean } {
  writeFileSync(path, text);
  const lines: string[] = [];
  const isCutOff = eachLine(path, (line) => lines.push(line), readBytes);
  return { lines, isCutOff };
}

test("lines that are ended count, the rest of the file is said", () => {
  expect(read("a\n\nß\n")).toEqual({ lines: ["a", "", "ß"], isCutOff: false });
  expect(read("a\nbroken")).toEqual({ lines: ["a"], isCutOff: true });
  expect(read("")).toEqual({ lines: [], isCutOff: false });
});

test("lines are whole whatever the size of a read, characters of several bytes too", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }).map((s) => s.replaceAll("\n", ""))),
      fc.integer({ min: 1, max: 40 }),
      (lines, readBytes) => {
        expect(read(lines.map((line) => `${line}\n`).join(""), readBytes)).toEqual({
          lines,
          isCutOff: false,
        });
      },
    ),
    { numRuns: 20 },
  );
});
