import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LineFile } from "./line-file.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("lines are in the file as soon as they are appended, after what it held", () => {
  const path = join(folder, "a.csv");
  writeFileSync(path, "head\n");
  const file = new LineFile(path);
  file.append(["a", "b"]);
  expect(readFileSync(path, "utf8")).toBe("head\na\nb\n");
  file.append([]);
  file.close();
  file.close();
  file.append(["late"]);
  expect([file.failure, file.linesLost]).toEqual([null, 1]);
});

test("when it takes no more it ends with a whole line, and counts what is lost", () => {
  const path = join(folder, "b.csv");
  let left = 8;
  const file = new LineFile(path, (fd, bytes, offset, length) => {
    if (left === 0) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    const taken = Math.min(left, length);
    left -= taken;
    return writeSync(fd, bytes, offset, taken);
  });
  file.append(["one", "two", "three"]);
  file.append(["four"]);
  file.close();
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  expect([(file.failure as Error).message, file.linesLost]).toEqual(["full", 2]);
});
